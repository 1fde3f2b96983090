//! The operator's browser.

/// Opens an address in it; does not wait for it. Where there is none, says so for a person.
pub fn open(address: &str) -> Result<(), String> {
    open::that_detached(address)
        .map_err(|error| format!("no browser can be opened: {error}; the page is at {address}"))
}
