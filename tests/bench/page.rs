//! A page of a listing, as the server sends it.

/// A token with all the fields that the server sends.
pub fn item(number: usize) -> String {
    format!(
        r#"{{"id":"cm3k1x9qf{number:07}","type":"pat","tenantName":"acme","manifest":{{"name":"token-{number}","type":"virtual-account","expiration_date":"2099-07-15T00:00:00.000Z","ownedBy":{{"account":"acme","team":"platform"}},"token_type":"opaque"}},"jwtId":"jwt-{number}","jwts":[{{"id":"jwt-{number}","subjectType":"serviceaccount","subjectId":"sa-1","expiry":"2099-07-15T00:00:00.000Z","tokenType":"opaque","createdAt":"2026-01-15T09:30:00.000Z","updatedAt":"2026-01-15T09:30:00.000Z"}}],"createdBySubject":{{"subjectId":"user-1","subjectType":"user","subjectSlug":"ada@acme.test"}},"createdAt":"2026-01-15T09:30:00.000Z","updatedAt":"2026-01-15T09:30:00.000Z","lastAccessedAt":"2026-06-30T18:04:11.000Z","isExpired":false,"accountId":"acct-1","metadata":{{}},"roleIds":[],"rolesWithResource":[],"createdBy":"ada@acme.test"}}"#
    )
}

/// The page with these items, which begin at `offset` of a list of `total`.
pub fn page(items: &[String], offset: usize, total: usize) -> String {
    format!(
        r#"{{"data":[{}],"pagination":{{"total":{total},"offset":{offset},"limit":{}}}}}"#,
        items.join(","),
        items.len()
    )
}
