//! Mail addresses of units and positions: their code in lower case at the gateway's domain.

use crate::domain::directory::Directory;
use crate::domain::letter::Addressee;

/// The mail address of the unit or position with this code ("diskominfo@kurir.kota.example").
pub fn gateway_address(code: &str, domain: &str) -> String {
    format!("{}@{}", code.to_ascii_lowercase(), domain.to_ascii_lowercase())
}

/// The code that an address at the gateway's domain stands for; `None` where the domain is another one or the part before
/// the @ is no code. Whether anything of that code exists is the directory's to say.
pub fn code_of_address(address: &str, domain: &str) -> Option<String> {
    let (local, at) = address.rsplit_once('@')?;
    let code = local.to_ascii_uppercase();
    (at.eq_ignore_ascii_case(domain) && code.parse::<crate::domain::codes::UnitCode>().is_ok()).then_some(code)
}

/// The unit or position that an address at the gateway's domain belongs to.
pub fn addressee_of(address: &str, domain: &str, directory: &Directory) -> Option<Addressee> {
    let code = code_of_address(address, domain)?;
    if let Some(unit) = code.parse().ok().and_then(|code| directory.unit(&code)) {
        return Some(Addressee::Unit(unit.code.clone()));
    }
    let position = code.parse().ok().and_then(|code| directory.position(&code))?;
    Some(Addressee::Position(position.code.clone()))
}

/// Names that a mail domain keeps for itself (RFC 2142), and the gateway's own.
const RESERVED: [&str; 7] = ["abuse", "hostmaster", "kurir", "mailer-daemon", "noreply", "postmaster", "webmaster"];

/// Whether a code can stand before the @: no dot at the end and none beside another (RFC 5322 3.2.3, dot-atom), and no name
/// that is somebody else's already.
pub(super) fn is_addressable(code: &str) -> bool {
    let local = code.to_ascii_lowercase();
    !RESERVED.contains(&local.as_str()) && lettre::Address::new(local, "kurir.example").is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_back_to_its_code() {
        let address = gateway_address("KADIS-KOMINFO", "kurir.tirtasari.example");
        assert_eq!(address, "kadis-kominfo@kurir.tirtasari.example");
        assert_eq!(
            code_of_address("Kadis-Kominfo@KURIR.tirtasari.example", "kurir.tirtasari.example"),
            Some("KADIS-KOMINFO".into())
        );
        assert_eq!(code_of_address(&address, "other.example"), None);
        assert_eq!(code_of_address("kadis+x@a.example", "a.example"), None);
        assert_eq!(code_of_address("nobody", "a.example"), None);
    }

    #[test]
    fn a_code_that_is_no_local_part_is_refused() {
        assert!(is_addressable("UPTD-PKM.BTJ"));
        assert!(!is_addressable("UPTD..BTJ") && !is_addressable("UPTD.") && !is_addressable("POSTMASTER"));
    }
}
