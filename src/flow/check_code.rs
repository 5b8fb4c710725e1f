//! The code on paper: which delivery it names, and where it can be checked. Only its hash is in the record; the code itself
//! is made anew from the key of the installation.

use super::house::House;
use crate::domain::check_code::CheckCode;
use crate::domain::ids::DeliveryId;
use crate::store::files::sha256;
use crate::store::{StoreError, Tx};

/// The kind of token that a code is in the record.
const KIND: &str = "check";

/// The code of a delivery; none only where the vault makes no codes.
pub fn of(house: &House, delivery: DeliveryId) -> Option<CheckCode> {
    CheckCode::parse(&house.vault.code(&delivery.to_string())).ok()
}

/// What the QR code says: the page that tells what became of the paper.
pub fn address(house: &House, code: &CheckCode) -> String {
    format!("{}/periksa/{}", house.settings.gateway.public_url.trim_end_matches('/'), code.plain())
}

/// The delivery that a code names.
pub async fn delivery(tx: &mut Tx, code: &CheckCode) -> Result<Option<DeliveryId>, StoreError> {
    let found = tx.token(&sha256(code.plain().as_bytes())).await?;
    Ok(found.filter(|found| found.kind == KIND).map(|found| found.delivery))
}

/// The print job that a clerk means: by its id, or by the code on its cover as typed or scanned.
pub async fn job(house: &House, text: &str) -> Result<Option<DeliveryId>, StoreError> {
    if let Ok(id) = text.parse::<DeliveryId>() {
        return Ok(Some(id));
    }
    let Ok(code) = CheckCode::parse(text) else { return Ok(None) };
    delivery(&mut house.store.read().await?, &code).await
}
