//! The auto traits that hosts rely on, in one place.

fn send<T: Send>() {}
fn sync<T: Send + Sync>() {}

#[test]
fn the_core_crosses_threads() {
    sync::<pinhole::Home>();
    sync::<pinhole::Permit<pinhole::purpose::ShareCodes>>();
    sync::<pinhole::Permit<pinhole::purpose::FaceEffects>>();
    sync::<pinhole::Egress>();
    sync::<pinhole::Error>();
    sync::<pinhole::Ledger>();
    sync::<pinhole::FileStore>();
}

#[cfg(feature = "face")]
#[test]
fn a_finder_moves_and_its_faces_are_shared() {
    send::<pinhole::face::Finder>();
    sync::<pinhole::Local<pinhole::face::Faces>>();
}

#[cfg(feature = "clipboard")]
#[test]
fn what_was_found_crosses_threads() {
    sync::<pinhole::clipboard::Found>();
}

#[cfg(feature = "sensors")]
#[test]
fn a_stream_crosses_threads_and_its_states_are_plain() {
    sync::<pinhole::sensors::Motion>();
    sync::<pinhole::sensors::Sample>();
    sync::<pinhole::sensors::State>();
    sync::<pinhole::sensors::Found>();
}
