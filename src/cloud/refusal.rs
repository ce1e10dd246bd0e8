//! What S3 says when it says no.
//!
//! In: status, code, message and details of a refused request. Out: the XML answer. Not here: the reasons (`sign`,
//! `s3`).

use std::fmt::Write as _;

use super::http::Reply;

/// A refusal in S3's own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub status: u16,
    pub code: &'static str,
    pub message: String,
    /// Further elements of the XML answer, for example `HeadersNotSigned`.
    pub details: Vec<(&'static str, String)>,
}

impl Refusal {
    pub fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), details: Vec::new() }
    }

    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.details.push((name, value.into()));
        self
    }

    pub(super) fn reply(&self, request_id: &str, host_id: &str) -> Reply {
        let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>");
        let ends = [("RequestId", request_id), ("HostId", host_id)];
        let members = [("Code", self.code), ("Message", self.message.as_str())];
        let details = self.details.iter().map(|(name, value)| (*name, value.as_str()));
        for (name, value) in members.into_iter().chain(details).chain(ends) {
            write!(xml, "<{name}>{}</{name}>", escape(value)).expect("writing to a string cannot fail");
        }
        xml.push_str("</Error>");
        Reply::new(self.status).with("content-type", "application/xml").body(xml)
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_stand_between_message_and_id_and_are_escaped() {
        let refusal = Refusal::new(403, "AccessDenied", "no").with("HeadersNotSigned", "x-amz-<a>&b");
        let body = String::from_utf8(refusal.reply("ID", "HOST").body).unwrap();
        let wanted = "<Error><Code>AccessDenied</Code><Message>no</Message>\
                      <HeadersNotSigned>x-amz-&lt;a&gt;&amp;b</HeadersNotSigned>\
                      <RequestId>ID</RequestId><HostId>HOST</HostId></Error>";
        assert!(body.ends_with(wanted), "{body}");
    }
}
