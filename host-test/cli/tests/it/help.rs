//! The complete help of the program and of each command.

use insta::assert_snapshot;

use crate::support::cli::{run, stderr, stdout};

fn help(command: &[&str]) -> String {
    let output = run(&[command, &["--help"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    stdout(&output)
}

#[test]
fn of_the_program() {
    let text = help(&[]);
    // Every command has a test here.
    let (_, commands) = text.split_once("\nCommands:\n").unwrap();
    let commands = commands.lines().take_while(|line| !line.is_empty());
    let commands: Vec<_> = commands.filter_map(|line| line.split_whitespace().next()).collect();
    let tested = include_str!("help.rs");
    for command in commands.iter().filter(|command| **command != "help") {
        assert!(tested.contains(&format!("help(&[\"{command}\"])")), "{command}");
    }
    assert_snapshot!(text, @r#"
    Runs Microsoft Dynamics 365 Sales in a WebAssembly component, against a simulator or an organization.

    Without a command it runs the tour: it starts the simulator on a loopback socket and runs all actions against it.

    Usage: dynamics365-sales [OPTIONS] [COMMAND]

    Commands:
      call         Runs one action and prints only its answer to stdout
      describe     Prints the manifest: the actions with the JSON Schemas of their input and output
      sim          Runs the simulator alone, on a loopback socket, until Ctrl-C
      inspect      Opens a web page that shows a call while it runs: its requests, its waits, its sandbox, the simulator
      mcp          Serves the actions as tools to an MCP client (an editor, a desktop assistant)
      check        Checks that the organization answers and accepts the credentials
      verify       Checks the assumptions about Dataverse against the organization; only reads by default
      login        Signs you in to an organization; later commands use the login
      logout       Removes the login that `login` stored
      profiles     Lists the organizations with a login
      completions  Prints completions for a shell, including actions and their flags
      bench        Measures what the component costs compared with native code, and prints the table
      compose      Composes the connector with an adapter into one component, for hosts that cannot provide its secrets
      package      Writes the connector or a composition as an OCI artifact
      help         Print this message or the help of the given subcommand(s)

    Options:
          --simulator
              Uses the built-in simulator, which starts afresh each time, regardless of the environment

          --profile <NAME>
              Uses the login with this name; by default that of DYNAMICS365_PROFILE

      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Examples:
      dynamics365-sales                                        all eleven actions, against the simulator
      dynamics365-sales call list_accounts --records-per-page 3
      echo '{"search_term": "coffee"}' | dynamics365-sales call search_accounts -
      dynamics365-sales describe | jq '.actions[].name'
      dynamics365-sales inspect
      dynamics365-sales sim --port 8080 --accounts 5000
      dynamics365-sales compose env -o d365.wasm
      dynamics365-sales login --instance-url org12345.crm.dynamics.com --client-id ID
      dynamics365-sales check --simulator

    The organization is DYNAMICS365_INSTANCE_URL, with credentials from the environment:
      DYNAMICS365_ACCESS_TOKEN, or
      DYNAMICS365_REFRESH_TOKEN, DYNAMICS365_CLIENT_ID and, unless the client is public, DYNAMICS365_CLIENT_SECRET, or
      DYNAMICS365_TENANT_ID, DYNAMICS365_CLIENT_ID and DYNAMICS365_CLIENT_SECRET
      (further settings: DYNAMICS365_ACCESS_TOKEN_EXPIRES_AT, _AUTHORITY, _SCOPE, _APPOINTMENT_CATEGORY_COLUMN);
    otherwise that of `login`. With neither, actions that only read answer from the built-in simulator; what writes, `check` and
    `mcp` need an organization, or --simulator. An unknown variable DYNAMICS365_... is an error.

    HTTPS_PROXY, ALL_PROXY and NO_PROXY mean what they mean to curl. SSL_CERT_FILE is a PEM file with the certificate of your own
    authority, SSL_CERT_DIR a directory of such files.

    The compiled component is kept in wasmtime's cache; DYNAMICS365_CACHE names another directory, or is `off`.

    Exit status: 0 on success, 1 on failure, 2 if the command line is wrong.
    "#);
}

#[test]
fn of_call() {
    assert_snapshot!(help(&["call"]), @r#"
    Runs one action and prints only its answer to stdout

    Usage: dynamics365-sales call ACTION [JSON] [--PARAMETER VALUE]... [--json|--table|--csv]

    Actions:
      create_appointment                 Create an appointment regarding an account, with a system user as required attendee.
      create_custom_entity               Create a custom table in a solution, with its primary column and more columns.
      find_contact                       Find contacts by id, by part of the full name, by an OData filter, or by any of them together.
      get_account                        Read one account, all columns.
      list_accounts                      List accounts: id, name, telephone, e-mail and primary contact.
      list_appointment_categories        List the categories that an appointment can have, with the type of the column.
      list_appointment_category_options  List the categories that an appointment can have, as options to choose.
      list_appointments                  List appointments, newest start first, all columns.
      list_solution_id_options           List the visible unmanaged solutions, those that can take a new table, as options to choose.
      search_accounts                    Find accounts whose name contains a text.
      update_appointment                 Change the title, the time or the category of an appointment.

    Options:
          --json             Prints the unchanged JSON
          --table            Shows the output as a table
          --csv              Prints the rows as comma-separated values, all columns or those of --columns
      -v, --verbose          Shows requests, waits and retries as they happen
          --trace <FILE>     Writes the requests and responses, without secrets, as HAR 1.2
          --columns <NAMES>  Shows only these columns, separated by commas
          --simulator        Uses the built-in simulator, which starts afresh each time, regardless of the environment
          --profile <NAME>   Uses the login with this name; by default that of DYNAMICS365_PROFILE
      -h, --help             Print help

    Examples:
      dynamics365-sales call --help                            the actions
      dynamics365-sales call get_account --help                the parameters of one
      dynamics365-sales call list_accounts --records-per-page 3
      dynamics365-sales call list_accounts '{"records_per_page": 3}'
      echo '{"search_term": "coffee"}' | dynamics365-sales call search_accounts -
      dynamics365-sales call list_accounts --table --columns name,telephone1
      dynamics365-sales call list_accounts --csv > accounts.csv

    On a terminal, the answer is shown as a table. Elsewhere, and with --json, stdout gets only the unchanged JSON.

    Exit status: 0 if the action succeeded, 1 if it failed, 2 if the command line is wrong.
    "#);
}

#[test]
fn of_describe() {
    assert_snapshot!(help(&["describe"]), @r#"
    Prints the manifest: the actions with the JSON Schemas of their input and output

    Usage: dynamics365-sales describe [OPTIONS]

    Options:
          --simulator       Uses the built-in simulator, which starts afresh each time, regardless of the environment
          --profile <NAME>  Uses the login with this name; by default that of DYNAMICS365_PROFILE
      -h, --help            Print help

    Examples:
      dynamics365-sales describe | jq -r '.actions[].name'
      dynamics365-sales describe | jq '.actions[] | select(.name == "get_account").input_schema'
    "#);
}

#[test]
fn of_sim() {
    assert_snapshot!(help(&["sim"]), @"
    Runs the simulator alone, on a loopback socket, until Ctrl-C

    Usage: dynamics365-sales sim [OPTIONS]

    Options:
          --port <PORT>                  Port; 0 takes any free port [default: 0]
          --simulator                    Uses the built-in simulator, which starts afresh each time, regardless of the environment
          --host <ADDRESS>               Address to listen on; other machines can reach any address except loopback [default: 127.0.0.1]
          --profile <NAME>               Uses the login with this name; by default that of DYNAMICS365_PROFILE
          --accounts <ACCOUNTS>          The number of accounts [default: 25]
          --contacts <CONTACTS>          The number of contacts [default: 40]
          --users <USERS>                The number of users [default: 7]
          --appointments <APPOINTMENTS>  The number of appointments [default: 12]
          --solutions <SOLUTIONS>        The number of solutions besides the standard ones [default: 0]
          --seed <ROWS.json>             Your own rows, which replace those of the tables in the file
          --latency <MS>                 The latency of each response, in milliseconds [default: 0]
          --log                          Prints a line for each request to stderr
          --fault <FAULT>                Applies a fault to requests: `[METHOD] [RESOURCE]=FAULT[:TIMES]`, where FAULT is a name or a status; repeatable
          --setting <NAME=VALUE>         Sets a setting; repeatable
          --as <REPORT.json>             Behaves like the organization in this report of `verify --report`; `--setting` overrides it
          --limits <on|off>              Enforces the service protection limits [possible values: on, off]
          --settings                     Lists the settings and exits
          --faults                       Lists the named faults and exits
          --dump                         Prints all rows as JSON for `--seed` and exits
      -h, --help                         Print help

    Examples:
      dynamics365-sales sim                                    on a free port, which it prints
      dynamics365-sales sim --port 8080 --accounts 5000 --latency 50 --log
      dynamics365-sales sim --fault 'PATCH appointments=reset-after-commit' --fault 'GET accounts=429:2'
      dynamics365-sales sim --faults                           the named faults
      dynamics365-sales sim --setting closed_appointments_are_read_only=false --limits off
      dynamics365-sales sim --dump > rows.json
      dynamics365-sales sim --seed rows.json

    While it runs, its page at / has a control interface for tests: reset, faults, journal, clock, rows, snapshots.
    ");
}

#[test]
fn of_inspect() {
    assert_snapshot!(help(&["inspect"]), @"
    Opens a web page that shows a call while it runs: its requests, its waits, its sandbox, the simulator

    Usage: dynamics365-sales inspect [OPTIONS]

    Options:
          --port <PORT>     Port on 127.0.0.1; 0 takes any free port [default: 0]
          --simulator       Uses the built-in simulator, which starts afresh each time, regardless of the environment
          --no-browser      Prints the address of the page without opening a browser
          --profile <NAME>  Uses the login with this name; by default that of DYNAMICS365_PROFILE
      -h, --help            Print help

    Examples:
      dynamics365-sales inspect                                opens the page in your browser
      dynamics365-sales inspect --no-browser --port 8090       prints its address only
      dynamics365-sales inspect --simulator                    the simulator, even if you are signed in

    Without an organization it uses the built-in simulator, whose rows and faults the page shows too. The page is on this
    machine only, asks nobody else for anything, and works only under the printed address, which has a key.
    ");
}

#[test]
fn of_mcp() {
    assert_snapshot!(help(&["mcp"]), @"
    Serves the actions as tools to an MCP client (an editor, a desktop assistant)

    Usage: dynamics365-sales mcp [OPTIONS]

    Options:
          --read-only              Offers only the tools that read
          --simulator              Uses the built-in simulator, which starts afresh each time, regardless of the environment
          --profile <NAME>         Uses the login with this name; by default that of DYNAMICS365_PROFILE
          --tools <NAMES>          Offers only these tools
          --full                   Gives answers whole: with nulls and annotations, and however long they are
          --structured             Gives answers also as structured content, and says their schemas; for programs
          --http <ADDRESS>         Serves Streamable HTTP on this address instead, such as 127.0.0.1:8808; the path is /mcp
          --allow-host <HOST>      A host name that HTTP clients may use, besides those of loopback; repeatable
          --allow-origin <ORIGIN>  An origin of web pages that may call over HTTP, such as <https://assistant.contoso.com>; repeatable
      -h, --help                   Print help

    Examples:
      dynamics365-sales mcp --read-only
      dynamics365-sales mcp --simulator --tools search_accounts,list_appointments
      dynamics365-sales mcp --http 127.0.0.1:8808
      npx @modelcontextprotocol/inspector --cli dynamics365-sales mcp --simulator --method tools/list

    A client starts it by itself; docs/mcp.md has the configuration of each. Over HTTP every request needs the key that the server
    shows at its start, or DYNAMICS365_MCP_KEY.
    ");
}

#[test]
fn of_check() {
    assert_snapshot!(help(&["check"]), @"
    Checks that the organization answers and accepts the credentials

    Usage: dynamics365-sales check [OPTIONS]

    Options:
          --simulator       Uses the built-in simulator, which starts afresh each time, regardless of the environment
          --profile <NAME>  Uses the login with this name; by default that of DYNAMICS365_PROFILE
      -h, --help            Print help

    Examples:
      dynamics365-sales check                                  with the environment's credentials or a login
      dynamics365-sales check --simulator
      DYNAMICS365_INSTANCE_URL=org12345.crm.dynamics.com DYNAMICS365_ACCESS_TOKEN=... dynamics365-sales check

    Exit status: 0 when the organization knows who is speaking, 1 when it does not.
    ");
}

#[test]
fn of_verify() {
    assert_snapshot!(help(&["verify"]), @"
    Checks the assumptions about Dataverse against the organization; only reads by default

    Usage: dynamics365-sales verify [OPTIONS]

    Options:
          --simulator                Uses the built-in simulator, which starts afresh each time, regardless of the environment
          --write                    Also create rows, which are removed at the end
          --customize <SOLUTION_ID>  Also create a table in this solution, which is removed at the end; includes --write
          --profile <NAME>           Uses the login with this name; by default that of DYNAMICS365_PROFILE
          --only <TEXT>              Only assumptions whose name contains this
          --report <FILE>            Write a report to FILE.md and FILE.json, without names, ids, addresses and hosts
          --clean-up                 Only remove what an interrupted run left behind
      -h, --help                     Print help

    Examples:
      dynamics365-sales verify                                 only reads
      dynamics365-sales verify --write --report report         also creates its own rows, and report.md and report.json
      dynamics365-sales verify --customize 5a3f8b7e-...        also creates a table in this solution
      dynamics365-sales verify --clean-up                      removes what an interrupted run left behind
      dynamics365-sales verify --simulator --write             against the simulator

    Exit status: 0 when nothing differs, 1 when something does, when the organization cannot be reached, or after Ctrl-C.
    ");
}

#[test]
fn of_login() {
    assert_snapshot!(help(&["login"]), @"
    Signs you in to an organization; later commands use the login

    Usage: dynamics365-sales login [OPTIONS]

    Options:
          --instance-url <HOST>  Host of the organization: `org12345.crm.dynamics.com` [env: DYNAMICS365_INSTANCE_URL=]
          --simulator            Uses the built-in simulator, which starts afresh each time, regardless of the environment
          --client-id <ID>       Id of the application, a public client [env: DYNAMICS365_CLIENT_ID=]
          --profile <NAME>       Uses the login with this name; by default that of DYNAMICS365_PROFILE
          --tenant-id <TENANT>   Tenant to sign in to, its id or domain; without, that of whoever signs in [env: DYNAMICS365_TENANT_ID=]
          --authority <URL>      Another sign-in service of Microsoft's than that of the organization's cloud [env: DYNAMICS365_AUTHORITY=]
          --scope <SCOPES>       Other scopes than `https://HOST/user_impersonation` [env: DYNAMICS365_SCOPE=]
          --device               Shows a code to enter on another machine
          --no-browser           Prints the URL and opens no browser
          --port <PORT>          Port on this machine that the browser comes back to; 0 takes any that is free [default: 0]
          --timeout <SECONDS>    How long to wait for the browser, in seconds [default: 300]
      -h, --help                 Print help

    Examples:
      dynamics365-sales login --instance-url org12345.crm.dynamics.com --client-id ID
      dynamics365-sales login --device                         on a machine without a browser
      dynamics365-sales login --no-browser --port 8400         prints the URL only, and listens on a port that is forwarded

    The application is a public client: in Microsoft Entra registered with the platform `Mobile and desktop applications`,
    the redirect URI `http://localhost` and the delegated permission `user_impersonation` of Dynamics CRM; for `--device`
    also with `Allow public client flows`. It has no secret.

    What is kept, a refresh token above all, is in `dynamics365-sales/login.json` among the user's settings (~/.config), or in
    $DYNAMICS365_CONFIG_DIR; only its owner can read it. `logout` removes it.

    Exit status: 0 if you are signed in, 1 if not, 2 if the command line is wrong.
    ");
}

#[test]
fn of_logout() {
    assert_snapshot!(help(&["logout"]), @"
    Removes the login that `login` stored

    Usage: dynamics365-sales logout [OPTIONS]

    Options:
          --simulator       Uses the built-in simulator, which starts afresh each time, regardless of the environment
          --profile <NAME>  Uses the login with this name; by default that of DYNAMICS365_PROFILE
      -h, --help            Print help

    Examples:
      dynamics365-sales logout

    What was kept is removed from this machine. It is not revoked, since Microsoft has no endpoint for that: a copy of the refresh
    token is good until it expires, or until the user or an administrator revokes their sessions (https://mysignins.microsoft.com).
    ");
}

#[test]
fn of_profiles() {
    assert_snapshot!(help(&["profiles"]), @"
    Lists the organizations with a login

    Usage: dynamics365-sales profiles [OPTIONS]

    Options:
          --simulator       Uses the built-in simulator, which starts afresh each time, regardless of the environment
          --profile <NAME>  Uses the login with this name; by default that of DYNAMICS365_PROFILE
      -h, --help            Print help

    Examples:
      dynamics365-sales login --profile test --instance-url org54321.crm.dynamics.com --client-id ID
      dynamics365-sales profiles
      dynamics365-sales check --profile test
    ");
}

#[test]
fn of_completions() {
    assert_snapshot!(help(&["completions"]), @"
    Prints completions for a shell, including actions and their flags

    Usage: dynamics365-sales completions [OPTIONS] <SHELL>

    Arguments:
      <SHELL>  Which shell [possible values: bash, elvish, fish, powershell, zsh]

    Options:
          --simulator       Uses the built-in simulator, which starts afresh each time, regardless of the environment
          --profile <NAME>  Uses the login with this name; by default that of DYNAMICS365_PROFILE
      -h, --help            Print help

    Examples:
      dynamics365-sales completions bash > ~/.local/share/bash-completion/completions/dynamics365-sales
      dynamics365-sales completions zsh > ~/.zfunc/_dynamics365-sales
      dynamics365-sales completions fish > ~/.config/fish/completions/dynamics365-sales.fish
      dynamics365-sales completions powershell >> $PROFILE
    ");
}

#[test]
fn of_bench() {
    assert_snapshot!(help(&["bench"]), @r#"
    Measures what the component costs compared with native code, and prints the table

    Usage: dynamics365-sales bench [OPTIONS]

    Options:
          --quick             Only tries whether every row can be measured
          --simulator         Uses the built-in simulator, which starts afresh each time, regardless of the environment
          --check             Exits with 1 if a row misses its bar, not only if one cannot be measured
          --profile <NAME>    Uses the login with this name; by default that of DYNAMICS365_PROFILE
          --row <NAME>        Measures only the rows of this name [possible values: "small call", "large page", growth, "growth in pages", compression, memory, "idle memory", connections, sign-in, "host memory", parallel, "many at once", size, start]
          --peers             Also measures the Python and Node clients that `.ci/install-hosts` installs
          --record <FILE.md>  Also writes the tables into this page, between the marks in it, and draws `measured.svg` beside a page with the table of all rows; repeatable
          --scale             Shows instead, in simulated time, what many hosts get done that share the limits of one user
          --plot <FILE>       Writes what `--scale` shows as a picture too
          --svg <FILE>        Draws the rows that have a limit as bars into this file
          --table <FILE.md>   Draws the table in this file, and measures nothing
      -h, --help              Print help

    Examples:
      dynamics365-sales bench
      dynamics365-sales bench --check > table.md
      dynamics365-sales bench --row 'small call'
      dynamics365-sales bench --svg measured.svg
      dynamics365-sales bench --peers --record docs/measured.md --record README.md
      dynamics365-sales bench --scale --plot scale.svg

    Only a build for release means something: `cargo run --release -- bench`.
    "#);
}

#[test]
fn of_compose() {
    assert_snapshot!(help(&["compose"]), @"
    Composes the connector with an adapter into one component, for hosts that cannot provide its secrets

    Usage: dynamics365-sales compose [OPTIONS] --output <FILE> <WHAT>

    Arguments:
      <WHAT>
              What to compose

              Possible values:
              - connector:        The connector alone, for hosts that provide `secrets` themselves
              - env:              The connector, with its secrets from the environment: the variables `DYNAMICS365_<NAME>`
              - config:           The connector, with its secrets from the host's configuration, `wasi:config/store@0.2.0-rc.1`
              - gateway:          The actions over HTTP: the gateway and the connector, with its secrets from the environment
              - gateway-alone:    The gateway alone, for hosts that link it with the connector, so that each has its own secrets and network access
              - obelisk:          The actions as an Obelisk activity: the adapter and the connector, with its secrets from the environment
              - obelisk-workflow: An Obelisk workflow that uses this activity: it creates an appointment with a contact, even if a server dies on the way

    Options:
      -o, --output <FILE>
              Where to write the component; `-` is stdout

          --simulator
              Uses the built-in simulator, which starts afresh each time, regardless of the environment

          --profile <NAME>
              Uses the login with this name; by default that of DYNAMICS365_PROFILE

          --revision <REVISION>
              The revision of its source; by default the one this program was built from, if known

          --source <URL>
              The URL of its source

      -h, --help
              Print help (see a summary with '-h')

    Examples:
      dynamics365-sales compose env -o d365.wasm
      wasmtime run -S http --env DYNAMICS365_INSTANCE_URL --env DYNAMICS365_ACCESS_TOKEN --invoke 'list-accounts({:})' d365.wasm
      dynamics365-sales compose gateway -o gateway.wasm && wasmtime serve -S cli -S http --env DYNAMICS365_GATEWAY_KEY … gateway.wasm
      dynamics365-sales compose config -o - | wasm-tools component wit
    ");
}

#[test]
fn of_package() {
    assert_snapshot!(help(&["package"]), @"
    Writes the connector or a composition as an OCI artifact

    Usage: dynamics365-sales package [OPTIONS] --output <DIR> [WHAT]

    Arguments:
      [WHAT]
              What to package

              Possible values:
              - connector:        The connector alone, for hosts that provide `secrets` themselves
              - env:              The connector, with its secrets from the environment: the variables `DYNAMICS365_<NAME>`
              - config:           The connector, with its secrets from the host's configuration, `wasi:config/store@0.2.0-rc.1`
              - gateway:          The actions over HTTP: the gateway and the connector, with its secrets from the environment
              - gateway-alone:    The gateway alone, for hosts that link it with the connector, so that each has its own secrets and network access
              - obelisk:          The actions as an Obelisk activity: the adapter and the connector, with its secrets from the environment
              - obelisk-workflow: An Obelisk workflow that uses this activity: it creates an appointment with a contact, even if a server dies on the way
              
              [default: connector]

    Options:
      -o, --output <DIR>
              The directory to write; it is created if missing, and must be empty

          --simulator
              Uses the built-in simulator, which starts afresh each time, regardless of the environment

          --profile <NAME>
              Uses the login with this name; by default that of DYNAMICS365_PROFILE

          --tag <TAG>
              The tag of the artifact
              
              [default: 0.1.0]

          --revision <REVISION>
              The revision of its source; by default the one this program was built from, if known

          --source <URL>
              The URL of its source

      -h, --help
              Print help (see a summary with '-h')

    Examples:
      dynamics365-sales package -o d365-oci
      dynamics365-sales package env -o d365-oci --tag 0.1.0
      oras cp --from-oci-layout d365-oci:0.1.0 registry.example.com/d365:0.1.0
    ");
}

#[test]
fn of_an_action() {
    assert_snapshot!(help(&["call", "update_appointment"]), @"
    Change the title, the time or the category of an appointment.

    Usage: dynamics365-sales call update_appointment [OPTIONS] [JSON]

    Options:
          --json             Prints the unchanged JSON
          --table            Shows the output as a table
          --csv              Prints the rows as comma-separated values, all columns or those of --columns
      -v, --verbose          Shows requests, waits and retries as they happen
          --trace <FILE>     Writes the requests and responses, without secrets, as HAR 1.2
          --columns <NAMES>  Shows only these columns, separated by commas
          --simulator        Uses the built-in simulator, which starts afresh each time, regardless of the environment
          --profile <NAME>   Uses the login with this name; by default that of DYNAMICS365_PROFILE
      -h, --help             Print help

    Parameters:
          --appointment-id <STRING>  Appointment activity GUID to update (required)
          --subject <STRING>         Updated subject/title
          --scheduledstart <STRING>  Updated start in ISO 8601
          --scheduledend <STRING>    Updated end in ISO 8601
          --category <INTEGER>       Updated category value (numeric). Use list_appointment_categories to discover valid values
      [JSON]                         The parameters as a JSON object, or `-` to read it from stdin; flags override it

    Example:
      dynamics365-sales call update_appointment --simulator --appointment-id ae49d05e-b723-46d7-9ef7-56a6b29289e1 --subject 'Coffee machine demo, postponed'
    ");
}
