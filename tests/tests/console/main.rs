//! Journeys of the console: the real `rollcall` in a real pseudo-terminal against the real `rollcalld`.

mod budget;
mod demo;
mod governing;
mod hostile;
mod journey;
mod keys;
mod leaving;
mod live;
mod looks;
mod scale;
mod site;
