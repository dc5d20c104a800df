fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.first().map(String::as_str) {
        Some("--version") => println!("caro {}", env!("CARGO_PKG_VERSION")),
        Some(_) if caro::deletes(&words.join(" ")) => println!("deletes files"),
        Some(_) => println!("harmless"),
        None => println!("usage: caro COMMAND"),
    }
}
