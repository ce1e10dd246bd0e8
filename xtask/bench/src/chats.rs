//! Conversations as chat programs save them: text in several moods, some of it personal.
//!
//! In: a number and a size. Out: JSON of about that size, always the same for the same number. About half of
//! them hold something that the guard must find; most text is what it must look through in vain.

use std::fmt::Write as _;

const SAID: [&str; 24] = [
    "Could you look over the draft once more before it goes out? The second section still feels long to me.",
    "Here is a shorter version. I moved the example to the end and dropped the paragraph about the old process.",
    "That works. What would you change if the readers had never seen the product before?",
    "I would begin with the problem they know: the folder fills up and nobody can say what has been sent.",
    "The build takes eleven minutes on a clean checkout. Most of that is linking, as far as I can tell.",
    "Try a profile without debug information first; then the linker has a third of the work.",
    "let total = items.iter().map(|item| item.price * f64::from(item.count)).sum::<f64>();",
    "The function returns early when the list is empty, so the division below cannot fail.",
    "We are four people, two of them vegetarian, and the kitchen has one pot. Any ideas for Saturday?",
    "A lentil stew with carrots and cumin takes forty minutes, and whoever wants meat adds sausages at the table.",
    "Please explain the difference between a receipt and an invoice as if I were ten years old.",
    "An invoice asks for money. A receipt says that it came. Both are kept because people forget.",
    "The train leaves at 7.42, arrives at 9.15, and the meeting begins at 10. Is the walk from the station long?",
    "About twelve minutes on foot, along the river. With a suitcase take the tram, line 3, two stops.",
    "My daughter asks why the moon is visible in the morning sometimes, and I had no good answer.",
    "It goes round us once a month, so for half of that time it stands above us while the sun shines.",
    "Error 0x80070005 appears when the service starts; the event log mentions port 8443 and nothing else.",
    "That code means access denied. Check whether another service holds the port, then the rights of its account.",
    "Can you turn these notes into three bullet points? Keep the numbers: 128 orders, 14 returns, 2.3 days on average.",
    "- 128 orders came in, 10 % more than the month before\n- 14 were returned\n- delivery took 2.3 days on average",
    "I read your summary twice. The tone is right, but the third point repeats the first one in other words.",
    "True. I replaced it by the question that was asked most often in the interviews, with a short answer.",
    "Is there a polite way to decline the invitation without giving a reason?",
    "Thank them, say that you cannot come, wish them a good evening. A reason only invites a discussion.",
];

const PERSONAL: [&str; 6] = [
    "You can reach me at {first}.{last}@example.com or on +44 7700 9{number:05}, mornings are best.",
    "Please send the contract to {First} {Last}, 14 Harbour Street, before Friday.",
    "My IBAN is DE89 3704 0044 0532 0130 00; the reference is order {number}.",
    "The server at 10.20.{small}.17 answers, but only from the office network.",
    "{First} asked whether the appointment on 12/03/1984 in the file is a date of birth. It is.",
    "Card 4111 1111 1111 1111 was refused twice, says {First} {Last} from accounting.",
];

const FIRST: [&str; 8] = ["anna", "james", "maria", "peter", "sofia", "daniel", "laura", "thomas"];
const LAST: [&str; 8] = ["keller", "hughes", "rossi", "novak", "jensen", "moreau", "ortiz", "baker"];

/// One conversation of about `size` bytes.
pub fn chat(number: usize, size: usize) -> String {
    let mut chance = fastrand::Rng::with_seed(number as u64 + 1);
    let mut text = format!(
        "{{\n  \"id\": \"{:032x}\",\n  \"title\": \"Conversation {number}\",\n  \"model\": \"assistant-2\",\n  \"messages\": [",
        chance.u128(..)
    );
    let mut turn = 0;
    while turn == 0 || text.len() + 220 < size {
        let role = if turn % 2 == 0 { "user" } else { "assistant" };
        let said = match chance.u8(..) {
            0..12 => personal(&mut chance),
            _ => SAID[chance.usize(..SAID.len())].replace('\n', "\\n").replace('"', "\\\""),
        };
        let comma = if turn == 0 { "" } else { "," };
        let _fits = write!(
            text,
            "{comma}\n    {{\n      \"id\": \"msg_{:012x}\",\n      \"role\": \"{role}\",\n      \"created_at\": \"2026-01-27T10:{:02}:{:02}Z\",\n      \"content\": \"{said}\"\n    }}",
            chance.u64(..1 << 48),
            turn / 60 % 60,
            turn % 60
        );
        turn += 1;
    }
    let _fits = write!(text, "\n  ],\n  \"tokens\": {}\n}}\n", text.len() / 4);
    text
}

fn personal(chance: &mut fastrand::Rng) -> String {
    let (first, last) = (FIRST[chance.usize(..8)], LAST[chance.usize(..8)]);
    PERSONAL[chance.usize(..PERSONAL.len())]
        .replace("{first}", first)
        .replace("{last}", last)
        .replace("{First}", &capital(first))
        .replace("{Last}", &capital(last))
        .replace("{number:05}", &format!("{:05}", chance.u32(..100_000)))
        .replace("{number}", &chance.u32(10_000..100_000).to_string())
        .replace("{small}", &chance.u8(..).to_string())
}

fn capital(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conversations_are_json_of_the_size_and_differ() {
        for size in [4096, 65_536] {
            let text = chat(7, size);
            assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
            assert!(text.len().abs_diff(size) < 400, "{} bytes instead of {size}", text.len());
        }
        assert_eq!(chat(7, 4096), chat(7, 4096));
        assert_ne!(chat(7, 4096), chat(8, 4096));
        assert!((0..100).any(|number| chat(number, 4096).contains("@example.com")));
    }
}
