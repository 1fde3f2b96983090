//! Why an address of the desk shows nothing: a small page in words for who opened it in a browser,
//! where machines get JSON.

use axum::extract::Request;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};

/// The page loads nothing, and nothing of it runs.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";
const STYLE: &str = "\
    :root { color-scheme: light dark }\
    body { font: 1.125rem/1.5 system-ui, sans-serif; margin: 0; display: grid; \
           min-height: 100vh; place-items: center }\
    main { max-width: 36rem; padding: 24px; overflow-wrap: anywhere }\
    h1 { font-size: 1.375rem; line-height: 1.3; margin: 0 0 16px }\
    p { margin: 0 }";

/// What an answer says is wrong; it travels with the response.
#[derive(Debug, Clone)]
pub(super) struct Wrong(pub(super) String);

/// Answers in words where a page is wanted and something is wrong.
pub(super) async fn in_words(request: Request, next: Next) -> Response {
    let wants_page = *request.method() == Method::GET && takes_html(request.headers());
    let mut response = next.run(request).await;
    let wrong = response.extensions_mut().remove::<Wrong>().filter(|_| wants_page);
    let Some(Wrong(error)) = wrong else { return response };
    let (mut head, _) = response.into_parts();
    for body in [header::CONTENT_LENGTH, header::CONTENT_TYPE] {
        head.headers.remove(body);
    }
    (head.status, head.headers, [(header::CONTENT_SECURITY_POLICY, POLICY)], Html(page(&error)))
        .into_response()
}

fn takes_html(headers: &HeaderMap) -> bool {
    let accepts = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepts.flat_map(|value| value.split(',')).any(|it| it.trim_start().starts_with("text/html"))
}

fn page(error: &str) -> String {
    let (error, hint) = error.split_once("\nhint: ").unwrap_or((error, ""));
    let hint = if hint.is_empty() { String::new() } else { format!("<p>{}</p>", marked(hint)) };
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>showrunner · desk</title>\n<style>{STYLE}</style>\n\
         <main><h1>{}</h1>{hint}</main>\n</html>\n",
        marked(error)
    )
}

/// A text as HTML: what stands between backquotes is code.
fn marked(text: &str) -> String {
    let mut marked = String::new();
    for (n, part) in text.split('`').enumerate() {
        if n > 0 {
            marked.push_str(if n % 2 == 1 { "<code>" } else { "</code>" });
        }
        let part = part.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        marked.push_str(&part);
    }
    marked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_else_wrote_is_only_text() {
        let said = page("the desk has no `/<script>&`\nhint: open `/desk`");
        assert!(
            said.contains("<h1>the desk has no <code>/&lt;script&gt;&amp;</code></h1>"),
            "{said}"
        );
        assert!(said.contains("<p>open <code>/desk</code></p>"), "{said}");
    }
}
