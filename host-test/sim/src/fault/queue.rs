//! Matches requests with queued faults.

use std::fmt;

use http::Method;

use super::{Fault, When};

/// A fault, the requests that it matches, and how many of them.
///
/// Without [`Told::method`] and [`Told::resource`] it matches any Web API request. The two
/// refresh-token faults always belong to the token endpoint.
#[derive(Debug, Clone)]
pub struct Told {
    fault: Fault,
    /// Its name in lists.
    name: String,
    method: Option<Method>,
    resource: Option<String>,
    /// Whether it also matches requests to the sign-in service without naming them.
    everywhere: bool,
    left: Option<u32>,
}

impl Told {
    /// The fault, once.
    pub fn once(fault: Fault) -> Self {
        Told::times(1, fault)
    }

    /// The fault, this many times.
    pub fn times(times: u32, fault: Fault) -> Self {
        Told { left: Some(times), ..Told::always(fault) }
    }

    /// The fault, until [`crate::Dataverse::forget_faults`].
    pub fn always(fault: Fault) -> Self {
        let name = format!("{fault:?}");
        Told { fault, name, method: None, resource: None, everywhere: false, left: None }
    }

    /// Only for requests with this method. `*` means any method, and so does an invalid one.
    pub fn method(mut self, method: &str) -> Self {
        self.method = method.parse().ok().filter(|_| method != "*");
        self
    }

    /// Only for requests whose first segment is this: `appointments`, `EntityDefinitions`,
    /// `WhoAmI`; `token` and `devicecode` are endpoints of the sign-in service.
    pub fn resource(mut self, resource: &str) -> Self {
        self.resource = Some(resource.to_owned());
        self
    }

    /// The fault under a name, for lists.
    pub(crate) fn called(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    /// The required first segment, if any.
    pub(crate) fn sought_resource(&self) -> Option<&str> {
        self.resource.as_deref()
    }

    fn fits(&self, sought: &Sought) -> bool {
        if self.left == Some(0) || self.method.as_ref().is_some_and(|m| m != sought.method) {
            return false;
        }
        match &self.resource {
            Some(resource) => resource == sought.resource,
            None if self.everywhere => true,
            None if self.fault.is_of_sign_in() => sought.resource == "token",
            None => !matches!(sought.resource, "token" | "devicecode"),
        }
    }
}

impl fmt::Display for Told {
    /// In the form that [`crate::Dataverse::tell_by_text`] reads: `PATCH
    /// appointments=reset-after-commit:2`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.method {
            Some(method) => write!(f, "{method} ")?,
            None => f.write_str("* ")?,
        }
        write!(f, "{}={}", self.resource.as_deref().unwrap_or("*"), self.name)?;
        match self.left {
            Some(left) => write!(f, ":{left}"),
            None => f.write_str(":always"),
        }
    }
}

/// What the queue needs to know about a request.
pub(crate) struct Sought<'a> {
    pub(crate) method: &'a Method,
    /// The first segment of the Web API's path, or `token`, or `devicecode`.
    pub(crate) resource: &'a str,
}

/// All queued faults, in order.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Told>);

impl Faults {
    pub(crate) fn tell(&mut self, told: Told) {
        self.0.push(told);
    }

    pub(crate) fn forget(&mut self) {
        self.0.clear();
    }

    /// The remaining faults, in order.
    pub(crate) fn iter(&self) -> std::slice::Iter<'_, Told> {
        self.0.iter()
    }

    /// The number of remaining faults, without those that never end.
    pub(crate) fn left(&self) -> u32 {
        self.0.iter().filter_map(|told| told.left).sum()
    }

    /// Takes the first fault that matches.
    pub(crate) fn take(&mut self, sought: &Sought) -> Option<Fault> {
        let told = self.0.iter_mut().find(|told| told.fits(sought))?;
        if let Some(left) = &mut told.left {
            *left -= 1;
        }
        let fault = told.fault.clone();
        self.0.retain(|told| told.left != Some(0));
        if matches!(fault, Fault::LostThenNothing) {
            let nothing = Told::always(Fault::Reset(When::BeforeCommit));
            self.0.insert(0, Told { everywhere: true, ..nothing });
        }
        Some(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(faults: &mut Faults, method: Method, resource: &str) -> bool {
        faults.take(&Sought { method: &method, resource }).is_some()
    }

    #[test]
    fn a_fault_serves_the_first_matching_request_only() {
        let mut faults = Faults::default();
        faults.tell(Told::once(Fault::Forbidden).method("PATCH").resource("appointments"));
        assert!(!take(&mut faults, Method::GET, "appointments"));
        assert!(!take(&mut faults, Method::PATCH, "accounts"));
        assert_eq!(faults.left(), 1);
        assert!(take(&mut faults, Method::PATCH, "appointments"));
        assert!(!take(&mut faults, Method::PATCH, "appointments"));
    }

    #[test]
    fn a_fault_happens_as_often_as_requested() {
        let mut faults = Faults::default();
        faults.tell(Told::times(2, Fault::NotFound));
        assert!(take(&mut faults, Method::GET, "a"));
        assert!(take(&mut faults, Method::GET, "b"));
        assert!(!take(&mut faults, Method::GET, "c"));
        faults.tell(Told::always(Fault::NotFound));
        assert!((0..9).all(|_| take(&mut faults, Method::GET, "a")));
    }

    #[test]
    fn the_token_endpoint_is_hit_only_by_name_or_by_its_own_faults() {
        let mut faults = Faults::default();
        faults.tell(Told::once(Fault::NotFound));
        assert!(!take(&mut faults, Method::POST, "token"));
        faults.tell(Told::once(Fault::NotFound).resource("token"));
        assert!(take(&mut faults, Method::POST, "token"));
        faults.tell(Told::once(Fault::RevokedRefreshToken));
        assert!(take(&mut faults, Method::POST, "token"));
    }
}
