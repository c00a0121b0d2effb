//! Whom a key signs in.

use serde::Deserialize;

use super::loose::{Loose, Text};
use super::wire::{instead_of, object, unicode};
use crate::text::Untrusted;

/// Whom a key signs in.
#[derive(Debug)]
pub struct Session {
    /// An e-mail address, most often.
    pub who: Option<Untrusted>,
    /// The company's account.
    pub tenant: Option<Untrusted>,
    /// `user`, `serviceaccount` …
    pub subject_type: Option<Untrusted>,
    /// The name of the personal access token that signs in, where one does.
    pub token_name: Option<Untrusted>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SessionShape<'a> {
    #[serde(borrow, deserialize_with = "Option::deserialize")]
    user: Option<User<'a>>,
    #[serde(borrow, default)]
    tenant_info: Loose<TenantInfo<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct User<'a> {
    #[serde(borrow)]
    id: Loose<Text<'a>>,
    #[serde(borrow)]
    email: Loose<Text<'a>>,
    #[serde(borrow)]
    tenant_name: Loose<Text<'a>>,
    #[serde(borrow)]
    subject: Loose<Subject<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Subject<'a> {
    #[serde(borrow, rename = "subjectType")]
    kind: Loose<Text<'a>>,
    #[serde(borrow, rename = "subjectSlug")]
    slug: Loose<Text<'a>>,
    #[serde(borrow, rename = "subjectPatName")]
    token_name: Loose<Text<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct TenantInfo<'a> {
    #[serde(borrow)]
    tenant_name: Loose<Text<'a>>,
}

/// Reads whom a key signs in; `None` where the platform does not accept it. The error says what came instead.
pub fn read_session(body: &[u8]) -> Result<Option<Session>, String> {
    let text = unicode(body);
    let shape: SessionShape = object(text.as_bytes()).ok_or_else(|| instead_of("a session", body))?;
    let tenant_info = shape.tenant_info.0.unwrap_or_default();
    Ok(shape.user.map(|user| {
        let subject = user.subject.0.unwrap_or_default();
        Session {
            who: user
                .email
                .untrusted()
                .or_else(|| subject.slug.untrusted())
                .or_else(|| user.id.untrusted()),
            tenant: user
                .tenant_name
                .untrusted()
                .or_else(|| tenant_info.tenant_name.untrusted()),
            subject_type: subject.kind.untrusted(),
            token_name: subject.token_name.untrusted(),
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_without_a_user_is_none_and_anything_else_is_told() {
        assert!(read_session(br#"{"user":null}"#).unwrap().is_none());
        for body in ["{}", "[]", "[null]", r#"{"user":7}"#, "<html>"] {
            assert!(read_session(body.as_bytes()).is_err(), "{body}");
        }
    }

    #[test]
    fn odd_fields_of_a_session_do_not_hide_the_others() {
        let body =
            br#"{"user":{"id":"u","email":7,"subject":{"subjectPatName":"ci"}},"tenantInfo":{"tenantName":"acme"}}"#;
        let session = read_session(body).unwrap().unwrap();
        assert_eq!(session.who, Some(Untrusted::new("u")));
        assert_eq!(
            (session.tenant, session.token_name),
            (Some(Untrusted::new("acme")), Some(Untrusted::new("ci")))
        );
    }
}
