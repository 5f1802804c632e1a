//! All assumptions hold for the simulator with its default settings.

use dataverse_verify::Outcome;

use crate::support::{run, simulator, with};

#[tokio::test(start_paused = true)]
async fn all_agree() {
    let simulator = simulator();
    let (report, left) = run(&simulator).await;
    assert_eq!(with(&report, Outcome::Differs), [""; 0]);
    assert_eq!(with(&report, Outcome::NotTried), [""; 0]);
    assert_eq!(left.left, [""; 0]);
}
