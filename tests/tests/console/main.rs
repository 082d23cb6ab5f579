//! Journeys of the console: the real `rollcall` in a real pseudo-terminal against the real `rollcalld`.

mod bound;
mod budget;
mod columns;
mod deleting;
mod demo;
mod governing;
mod hostile;
mod journey;
mod keys;
mod leaving;
mod live;
mod looks;
mod marking;
mod scale;
mod site;
