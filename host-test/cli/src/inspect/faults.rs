//! The switches: interesting faults for the simulator's next requests.

use dataverse_sim::{Dataverse, Fault, Told, When};

/// One switch.
pub(super) struct Switch {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) meaning: &'static str,
    tell: fn(&mut Dataverse),
}

/// All switches, in the page's order.
pub(super) const SWITCHES: [Switch; 6] = [
    Switch {
        name: "none",
        label: "No fault",
        meaning: "every request gets its response",
        tell: |_| {},
    },
    Switch {
        name: "lost",
        label: "Response lost",
        meaning: "the write is applied, then the connection breaks before the response",
        tell: |dataverse| dataverse.tell(on_writes(1, Fault::Reset(When::AfterCommit))),
    },
    Switch {
        name: "throttled",
        label: "429 twice",
        meaning: "Dynamics throttles twice and asks to wait one second",
        tell: |dataverse| dataverse.tell(Told::times(2, Fault::throttled(1))),
    },
    Switch {
        name: "unavailable",
        label: "503 once",
        meaning: "the service fails once and applies nothing",
        tell: |dataverse| dataverse.tell(Told::once(Fault::server_error(503))),
    },
    Switch {
        name: "expired",
        label: "Token expired",
        meaning: "the first request is refused with 401, as if the token had expired",
        tell: |dataverse| dataverse.tell(Told::once(Fault::ExpiredToken)),
    },
    Switch {
        name: "forbidden",
        label: "Not allowed",
        meaning: "Dynamics refuses the request: a privilege is missing",
        tell: |dataverse| dataverse.tell(Told::once(Fault::Forbidden)),
    },
];

fn on_writes(times: u32, fault: Fault) -> Told {
    Told::times(times, fault).method("PATCH")
}

/// Sets a switch's fault in place of all others; `None` for an unknown switch.
pub(super) fn tell(dataverse: &mut Dataverse, name: &str) -> Option<()> {
    let switch = SWITCHES.iter().find(|switch| switch.name == name)?;
    dataverse.forget_faults();
    (switch.tell)(dataverse);
    Some(())
}
