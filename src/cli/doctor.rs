use super::failure::{Exit, Failure};
use super::home::Home;
use super::output::Output;
pub async fn run(_: &Home, _: Output) -> Result<Exit, Failure> {
    todo!()
}
