//! Setting the pages that stand alone: one frame, words from templates, values escaped.

use crate::domain::calendar::WorkCalendar;
use crate::flow::House;
use crate::render::moment::Moment;
use crate::render::{RenderError, pages};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::LazyLock;
use tera::{Context, Tera};

macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../templates/web/", $name)))),*]
    };
}

static TERA: LazyLock<Result<Tera, RenderError>> = LazyLock::new(|| {
    pages(templates!["frame.html", "welcome.html", "check_form.html", "check.html", "download.html", "told.html"])
});

/// Sets a page: what every page says, and what only this one does.
pub(super) fn page(house: &House, status: StatusCode, template: &str, own: Value) -> Response {
    match set(house, template, own) {
        Ok(text) => (status, Html(text)).into_response(),
        Err(reason) => {
            tracing::error!(template, reason, "a page could not be set");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn set(house: &House, template: &str, own: Value) -> Result<String, String> {
    let tera = TERA.as_ref().map_err(ToString::to_string)?;
    let city = &house.settings.city;
    let mut all = json!({ "city": city.name, "help_contact": city.help_contact, "now": moment(house, house.now()) });
    if let (Some(all), Value::Object(own)) = (all.as_object_mut(), own) {
        all.extend(own);
    }
    let context = Context::from_serialize(&all).map_err(|error| error.to_string())?;
    tera.render(template, &context).map_err(|error| error.to_string())
}

/// A timestamp as the city's people write it.
pub(super) fn moment(house: &House, at: Timestamp) -> Moment {
    let city = &house.settings.city;
    Moment::at(&WorkCalendar::new(city.zone.clone(), city.opens, city.closes, BTreeMap::new()), at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_of_a_page_is_read() {
        let tera = TERA.as_ref().unwrap_or_else(|error| panic!("{error}"));
        assert!(tera.get_template_names().count() >= 6);
    }
}
