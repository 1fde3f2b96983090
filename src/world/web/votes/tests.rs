//! The votes' routes over the wire.
