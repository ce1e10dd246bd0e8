use super::failure::{Exit, Failure};
use super::output::Output;
pub async fn run(_: Output, _: bool) -> Result<Exit, Failure> {
    todo!()
}
