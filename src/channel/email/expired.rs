//! A certificate of a server that is over its time: what the handshake failed with enters, the day of its end leaves.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rustls::{CertificateError, Error};

/// The last day of the certificate, where that is why the handshake failed.
pub(super) fn expired_on(error: &std::io::Error) -> Option<Date> {
    let inner = error.get_ref()?.downcast_ref::<Error>()?;
    let Error::InvalidCertificate(CertificateError::ExpiredContext { not_after, .. }) = inner else { return None };
    let seconds = i64::try_from(not_after.as_secs()).ok()?;
    Some(TimeZone::UTC.to_datetime(Timestamp::from_second(seconds).ok()?).date())
}
