//! Uploads that end in any order, at any number at a time: each file once, never more at a time than allowed.
//!
//! Every PUT is stored and its answer held back; which answer comes next is drawn by lot.
//! Not here: what each delivery does (`sync::delivery` and its stories), one file that waits for another (`engine_races`).

use std::collections::BTreeMap;
use std::time::Duration;

use outtray::cloud::faults::{Fault, Gate, Rule};
use outtray::cloud::{Cloud, Mode, Options};
use outtray::config::Config;
use outtray::sync::{self, Setup};

const FILES: usize = 24;

/// Names of files whose object is stored and whose answer is held back.
fn held(cloud: &Cloud) -> Vec<String> {
    cloud.puts().into_iter().filter(|put| put.stored && !put.ended).map(|put| put.name).collect()
}

async fn shuffled(concurrency: usize, mode: Mode, seed: u64) {
    let story = format!("{concurrency} at a time, {mode:?}, seed {seed}");
    let mut chance = fastrand::Rng::with_seed(seed);
    let place = tempfile::tempdir().unwrap();
    let (folder, state_dir) = (place.path().join("memory"), place.path().join("state"));
    std::fs::create_dir(&folder).unwrap();
    std::fs::create_dir(&state_dir).unwrap();
    let mut options = Options::default();
    options.behaviour.mode = mode;
    let cloud = Cloud::start(options).unwrap();
    let mut gates = BTreeMap::new();
    for number in 0..FILES {
        let (name, gate) = (format!("{number:02}.json"), Gate::default());
        std::fs::write(folder.join(&name), format!("{{\"number\": {number}}}")).unwrap();
        cloud.faults().add(Rule::put(Fault::Hold(gate.clone())).named(&name));
        gates.insert(name, gate);
    }
    let config_path = place.path().join("config.toml");
    let text = format!(
        "api_url = {:?}\ndevice_id = \"dev001\"\nwatch_dir = {:?}\nscan_interval_secs = 1\nconcurrency = {concurrency}\n\
         [network]\nproxy = \"none\"\n[files]\nsettle_ms = 50\n",
        cloud.api_url(),
        folder.display().to_string()
    );
    let config = Config::parse(&text, &config_path).expect("good").config;
    let (handle, engine) =
        sync::start(Setup { config, config_path, state_dir, log_dir: place.path().join("logs"), watch: true }).unwrap();
    for left in (1..=FILES).rev() {
        let soon = Duration::from_mins(1);
        let full = cloud.wait_until(|cloud| held(cloud).len() == concurrency.min(left));
        assert!(tokio::time::timeout(soon, full).await.is_ok(), "{:?} with {left} left; {story}", held(&cloud));
        let now = held(&cloud);
        let next = chance.choice(&now).expect("some").clone();
        gates[&next].open();
        let gone = cloud.wait_until(|cloud| {
            let now = held(cloud);
            assert!(now.len() <= concurrency, "{now:?}; {story}");
            !now.contains(&next)
        });
        assert!(tokio::time::timeout(soon, gone).await.is_ok(), "{next} does not end; {story}");
    }
    handle.sync().await.unwrap();
    let status = handle.status().await.unwrap();
    assert_eq!((status.synced_total, status.waiting, status.rejected), (FILES as u64, 0, 0), "{story}");
    handle.quit().await;
    engine.await.unwrap();
    let mut names: Vec<_> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, gates.keys().map(|name| format!("{name}.synced")).collect::<Vec<_>>(), "{story}");
    for name in gates.keys() {
        let versions: Vec<u64> = cloud.objects_of(name).iter().map(|object| object.versions).collect();
        assert_eq!(versions, [1], "{name}; {story}");
    }
}

#[tokio::test]
async fn uploads_may_end_in_any_order() {
    for (concurrency, mode) in [(1, Mode::V1), (2, Mode::SigV4), (3, Mode::SigV2), (5, Mode::V1), (16, Mode::SigV4)] {
        shuffled(concurrency, mode, fastrand::u64(..)).await;
    }
}
