//! Posts one question to a socket and prints status and answer: for tests that ask as another OS user.

use rollcall_tests::http;
use std::path::Path;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [socket, path, body] = args.as_slice() else {
        eprintln!("ask SOCKET PATH BODY");
        std::process::exit(2);
    };
    let (status, answer) = http::post(Path::new(socket), path, &[], body);
    println!("{status}\n{answer}");
}
