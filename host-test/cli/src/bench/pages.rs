//! Whether a row costs the same in lists of few and of many pages.

use bytes::Bytes;
use host_test::{Connector, Secrets, Settings};
use tokio::runtime::Builder;

use super::compare::{median, time};
use super::served::{Served, json};
use super::{Bar, Effort, MeasureError, Row, Value};

/// Rows on a page.
const ROWS: usize = 5_000;

/// The number of pages of a list.
const LISTS: [usize; 3] = [5, 10, 20];

/// The values of their column.
const VALUES: usize = 40;

/// The rows of one page.
fn rows(page: usize) -> String {
    let rows = (page * ROWS..(page + 1) * ROWS).map(|at| {
        format!(
            r#"{{"@odata.etag":"W/\"{at}\"","category":"Category {}","activityid":"00000000-0000-0000-0000-{at:012}"}}"#,
            at % VALUES
        )
    });
    rows.collect::<Vec<String>>().join(",")
}

/// An organization that cannot group this many appointments, so that all are read page by page.
fn serve(pages: usize) -> Result<Served, MeasureError> {
    let rows: Vec<String> = (0..pages).map(rows).collect();
    let served = Served::start(move |request| {
        let asked = request.uri().to_string();
        if asked.contains("/EntityDefinitions") {
            return json(200, Bytes::from_static(br#"{"AttributeType":"String"}"#));
        }
        if asked.contains("apply=") {
            return json(400, Bytes::from_static(TOO_MANY));
        }
        let page = asked.split("page=").nth(1).and_then(|page| page.parse().ok()).unwrap_or(0);
        let host = request.headers().get("host").and_then(|host| host.to_str().ok());
        let next = match host {
            Some(host) if page + 1 < rows.len() => format!(
                r#","@odata.nextLink":"http://{host}/api/data/v9.2/appointments?page={}""#,
                page + 1
            ),
            _ => String::new(),
        };
        let rows = rows.get(page).map_or("", String::as_str);
        json(200, format!(r#"{{"value":[{rows}]{next}}}"#).into())
    });
    Ok(served?)
}

const TOO_MANY: &[u8] = br#"{"error":{"code":"0x8004e023","message":"The maximum record limit is exceeded. Reduce the number of records."}}"#;

pub(super) fn row(effort: Effort) -> Result<Row, MeasureError> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let connector = Connector::new(Settings::default())?;
    let lists = LISTS
        .into_iter()
        .map(|pages| Ok((pages, serve(pages)?)))
        .collect::<Result<Vec<_>, MeasureError>>()?;
    let list = |served: &Served| {
        let secrets =
            Secrets::new().with("instance_url", &served.url()).with("access_token", "token");
        let answer =
            runtime.block_on(connector.invoke(&secrets, "list_appointment_categories", "{}"))?;
        match answer.matches(r#""value":"#).count() {
            VALUES => Ok(answer),
            _ => Err(MeasureError::Wrong(answer.chars().take(200).collect())),
        }
    };
    let rounds = effort.rounds(21);
    let mut times = vec![Vec::with_capacity(rounds); lists.len()];
    for round in 0..=rounds {
        for ((pages, served), times) in lists.iter().zip(&mut times) {
            let took = time(|| list(served))?;
            // The first round only warms up.
            if round > 0 {
                times.push(per_row(took, pages * ROWS));
            }
        }
    }
    let usual: Vec<f64> = times.into_iter().map(median).collect();
    let most = usual.iter().copied().fold(f64::MIN, f64::max);
    let least = usual.iter().copied().fold(f64::MAX, f64::min);
    Ok(Row {
        name: "growth in pages",
        measure: format!(
            "`list_appointment_categories` of 25,000, 50,000 and {},000 rows in pages of {},000: the median time a row, the most over the least",
            LISTS[2] * ROWS / 1_000,
            ROWS / 1_000
        ),
        value: Value::Ratio(most / least),
        bar: Bar::None,
    })
}

#[expect(clippy::cast_precision_loss, reason = "some thousand rows")]
fn per_row(took: std::time::Duration, rows: usize) -> f64 {
    took.as_secs_f64() / rows as f64
}
