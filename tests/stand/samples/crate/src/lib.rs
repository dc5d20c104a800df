//! What a command would do, in words.

/// Tells whether a command deletes something.
pub fn deletes(command: &str) -> bool {
    matches!(command.split_whitespace().next(), Some("rm" | "rmdir" | "shred"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rm_deletes_and_ls_does_not() {
        assert!(deletes("rm -r build"));
        assert!(!deletes("ls rm"));
    }
}
