//! Everything that a thief of the database would hold, as text to search in; and changes past every rule, as a thief makes them.

use super::Town;
use sqlx::{Connection as _, Executor as _, PgConnection, Row as _, SqlSafeStr as _, SqliteConnection};

/// A connection of our own to either engine.
pub enum Raw {
    /// The file.
    Sqlite(SqliteConnection),
    /// The server.
    Postgres(PgConnection),
}

impl Raw {
    /// Connects to the database of a URL.
    pub async fn connect(url: &str) -> Self {
        match url.strip_prefix("sqlite:") {
            Some(_) => Self::Sqlite(SqliteConnection::connect(url).await.unwrap()),
            None => Self::Postgres(PgConnection::connect(url).await.unwrap()),
        }
    }

    /// Runs a statement; how many rows it changed, or the complaint.
    pub async fn run(&mut self, sql: &str) -> Result<u64, String> {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(conn) => {
                sqlx::query(sql).execute(conn).await.map(|done| done.rows_affected()).map_err(|e| e.to_string())
            }
            Self::Postgres(conn) => {
                sqlx::query(sql).execute(conn).await.map(|done| done.rows_affected()).map_err(|e| e.to_string())
            }
        }
    }

    /// Has the engine understand a statement, without running it.
    pub async fn prepare(&mut self, sql: &str) -> Result<(), String> {
        let sql = sqlx::AssertSqlSafe(sql.to_owned()).into_sql_str();
        match self {
            Self::Sqlite(conn) => conn.prepare(sql).await.map(drop).map_err(|e| e.to_string()),
            Self::Postgres(conn) => conn.prepare(sql).await.map(drop).map_err(|e| e.to_string()),
        }
    }

    /// The first column of every row.
    pub async fn texts(&mut self, sql: &str) -> Vec<String> {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(conn) => {
                let rows = sqlx::query(sql).fetch_all(conn).await.unwrap();
                rows.iter()
                    .map(|row| {
                        String::from_utf8_lossy(&row.get_unchecked::<Option<Vec<u8>>, _>(0).unwrap_or_default()).into_owned()
                    })
                    .collect()
            }
            Self::Postgres(conn) => {
                let rows = sqlx::query(sql).fetch_all(conn).await.unwrap();
                rows.iter().map(|row| row.get::<Option<String>, _>(0).unwrap_or_default()).collect()
            }
        }
    }

    /// Names of all tables of ours.
    pub async fn tables(&mut self) -> Vec<String> {
        let sql = match self {
            Self::Sqlite(_) => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
            Self::Postgres(_) => {
                "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1"
            }
        };
        let mut names = self.texts(sql).await;
        names.retain(|name| name != "_sqlx_migrations");
        names
    }

    /// Names of the columns of a table.
    pub async fn columns(&mut self, table: &str) -> Vec<String> {
        let sql = match self {
            Self::Sqlite(_) => format!("SELECT name FROM pragma_table_info('{table}') ORDER BY name"),
            Self::Postgres(_) => {
                format!("SELECT column_name::text FROM information_schema.columns WHERE table_name = '{table}' ORDER BY 1")
            }
        };
        let mut names = self.texts(&sql).await;
        names.sort();
        names
    }
}

impl Town {
    /// A connection past the store.
    pub async fn raw(&self) -> Raw {
        let config = &self.opened.installation.config.store.url;
        Raw::connect(config).await
    }

    /// Every row of every table but the inbound mails themselves, as text; bytes as hexadecimal digits and as text.
    pub async fn database_text(&self) -> String {
        let mut raw = self.raw().await;
        let mut text = String::new();
        for table in raw.tables().await.into_iter().filter(|table| table != "inbound") {
            let columns = raw.columns(&table).await;
            let shown: Vec<String> = match raw {
                Raw::Sqlite(_) => columns.iter().map(|name| format!("coalesce(CAST({name} AS TEXT), '')")).collect(),
                Raw::Postgres(_) => {
                    let of = format!("FROM information_schema.columns WHERE table_name = '{table}' AND data_type = 'bytea'");
                    let bytes = raw.texts(&format!("SELECT column_name::text {of}")).await;
                    let shown = |name: &String| {
                        if bytes.contains(name) {
                            format!("coalesce(encode({name}, 'escape'), '')")
                        } else {
                            format!("coalesce({name}::text, '')")
                        }
                    };
                    columns.iter().map(shown).collect()
                }
            };
            let rows = raw.texts(&format!("SELECT {} FROM {table}", shown.join(" || '|' || "))).await;
            text.extend([table.as_str(), "\n", &rows.join("\n"), "\n"]);
        }
        text
    }
}
