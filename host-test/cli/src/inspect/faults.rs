//! The switches: faults that are worth seeing, told to the simulator for the next write.

use dataverse_sim::{Dataverse, Fault, Told, When};

/// One switch.
pub(super) struct Switch {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) meaning: &'static str,
    tell: fn(&mut Dataverse),
}

/// All of them, in the order of the page.
pub(super) const SWITCHES: [Switch; 6] = [
    Switch {
        name: "none",
        label: "No trouble",
        meaning: "every request is answered",
        tell: |_| {},
    },
    Switch {
        name: "lost",
        label: "Answer lost",
        meaning: "the write is applied, then the connection breaks: nobody hears of it",
        tell: |dataverse| dataverse.tell(on_writes(1, Fault::Reset(When::AfterCommit))),
    },
    Switch {
        name: "throttled",
        label: "429 twice",
        meaning: "Dynamics is busy, twice, and asks to come back in a second",
        tell: |dataverse| dataverse.tell(Told::times(2, Fault::throttled(1))),
    },
    Switch {
        name: "unavailable",
        label: "503 once",
        meaning: "the service fails once, and nothing is applied",
        tell: |dataverse| dataverse.tell(Told::once(Fault::server_error(503))),
    },
    Switch {
        name: "expired",
        label: "Token expired",
        meaning: "the first request is refused with 401, as when the token is too old",
        tell: |dataverse| dataverse.tell(Told::once(Fault::ExpiredToken)),
    },
    Switch {
        name: "forbidden",
        label: "Not allowed",
        meaning: "Dynamics refuses for good: a privilege is missing",
        tell: |dataverse| dataverse.tell(Told::once(Fault::Forbidden)),
    },
];

fn on_writes(times: u32, fault: Fault) -> Told {
    Told::times(times, fault).method("PATCH")
}

/// Tells the fault of a switch, in place of all others; `None` if there is no such switch.
pub(super) fn tell(dataverse: &mut Dataverse, name: &str) -> Option<()> {
    let switch = SWITCHES.iter().find(|switch| switch.name == name)?;
    dataverse.forget_faults();
    (switch.tell)(dataverse);
    Some(())
}
