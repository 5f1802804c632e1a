"""Microsoft Dynamics 365 Sales from Python: the connector in wasmtime, with secrets out of this program."""

import json
import os
import sys

from wasmtime import Engine, Store, WasiConfig
from wasmtime.component import Component, Linker, Record, Variant

# The connector's secrets. It reads them by name and sees nothing else of this process.
SECRETS = {
    "instance_url": os.environ["DYNAMICS365_INSTANCE_URL"],
    "tenant_id": os.environ["DYNAMICS365_TENANT_ID"],
    "client_id": os.environ["DYNAMICS365_CLIENT_ID"],
    "client_secret": os.environ["DYNAMICS365_CLIENT_SECRET"],
}


def get(_store, name):
    """`secrets.get`. Its result is tagged, since both a secret and the reason why there is none are `str` in Python."""
    return Variant("ok", SECRETS[name]) if SECRETS.get(name) else Variant("err", "not-found")


def put(_store, name, value):
    """`secrets.set`: keeps fresh tokens, so that the next call need not sign in."""
    SECRETS[name] = value


class Connector:
    """The component, compiled and linked once; every call has an instance of its own."""

    def __init__(self, path):
        self.engine = Engine()
        self.component = Component.from_file(self.engine, path)
        self.linker = Linker(self.engine)
        self.linker.add_wasip2()
        self.linker.add_wasi_http()
        with self.linker.root() as root:
            with root.add_instance("dynamics365:sales/secrets@0.1.0") as secrets:
                secrets.add_func("get", get)
                secrets.add_func("set", put)

    def call(self, action, *arguments):
        """Calls a function of `actions`: gives its result, raises its failure."""
        store = Store(self.engine)
        store.set_wasi(WasiConfig())
        store.set_wasi_http()
        instance = self.linker.instantiate(store, self.component)
        actions = instance.get_export_index(store, "dynamics365:sales/actions@0.1.0")
        function = instance.get_func(store, instance.get_export_index(store, action, actions))
        result = function(store, *arguments)
        if isinstance(result, Record) and hasattr(result, "kind"):
            raise RuntimeError(f"{action}: {result.kind}: {result.message}")
        return result


def record(**fields):
    """A record of the contract, `search-term` written `search_term`."""
    made = Record()
    made.__dict__.update({name.replace("_", "-"): value for name, value in fields.items()})
    return made


def main(path, search_term):
    connector = Connector(path)
    accounts = connector.call("search-accounts", record(search_term=search_term))
    for account in map(json.loads, accounts):
        print(account["accountid"], account["name"])
    for option in connector.call("list-solution-id-options"):
        print(option.value, option.label)
    try:
        connector.call("get-account", record(account_id="x"))
    except RuntimeError as failure:
        print(failure)


if __name__ == "__main__":
    main(*sys.argv[1:])
