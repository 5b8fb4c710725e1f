//! What a mail claims, gathered: the value that trust is decided from.
//!
//! A parsed mail, the gateway's own name and the border's names enter; [`Claims`] leave. Nobody is looked up here.

use super::classify::classify;
use super::origin::{BorderSettings, judge};
use super::parse::Mail;
use super::tokens::Gateway;
use crate::domain::inbound::Claims;

/// Gathers the claims of a mail.
pub fn claims(mail: &Mail, gateway: &Gateway, border: &BorderSettings) -> Claims {
    let (token, tokens_disagree) = gateway.token(mail);
    Claims {
        class: classify(mail, gateway),
        from: mail.only_from().map(str::to_owned),
        origin: judge(mail, border),
        token,
        tokens_disagree,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The 16 combinations of what an act by mail needs: proof of From, reply token, a person, one letter only.
    #[test]
    fn only_all_four_conditions_together_may_act() {
        let border = BorderSettings { mx_authserv_id: "mx.city.example".into(), submission_authserv_id: None };
        let gateway = Gateway::new("kurir.example");
        for case in 0..16_u8 {
            let has = |bit: u8| case & (1 << bit) != 0;
            let mut mail = String::new();
            if has(0) {
                mail += "Authentication-Results: mx.city.example; dmarc=pass header.from=x.example\n";
            }
            if has(1) {
                mail += "To: balas+7bwvdtb3tvtlkcxl3gorbiigaa@kurir.example\n";
            }
            if !has(2) {
                mail += "Auto-Submitted: auto-replied\n";
            }
            if !has(3) {
                mail +=
                    "In-Reply-To: <d.gj6znf63vtoihgmvgzaxhmr4an@kurir.example> <d.nejvcw2a64vcv54btfy2uipvl2@kurir.example>\n";
            }
            mail += "From: a@x.example\n\nTL Kabid Aptika\n\nKode naskah: 7bwvdtb3tvtlkcxl3gorbiigaa\n";
            let may = claims(&Mail::parse(mail.as_bytes()).unwrap(), &gateway, &border).may_act();
            assert_eq!(may, case == 15, "case {case:04b}");
        }
    }
}
