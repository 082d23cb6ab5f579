//! What a file has told of each account so far, kept for the import's life: a word of bits for each account that it
//! names.

use rollcall_shared::domain::{Account, AccountId, Order, PersonRow, ScopeId};
use rollcall_shared::rules::Refusal;
use rollcall_shared::rules::people::{Said, one_word};
use std::collections::{HashMap, HashSet};

/// Accounts in one piece; pieces with none of the file's are not there.
const PIECE: usize = 4_096;

#[derive(Debug, Default)]
pub(super) struct Told {
    said: Vec<Option<Box<[Said]>>>,
    /// Places of which a row told the roles.
    places: HashSet<(AccountId, ScopeId)>,
    /// Orders that the file confirmed, as they were before.
    confirmed: HashMap<AccountId, Vec<Order>>,
    /// Accounts of which rows said one thing and another.
    contradicted: HashSet<AccountId>,
}

impl Told {
    /// Takes in a row that was taken; `place` is where its roles are held, if it says so.
    pub(super) fn add(&mut self, account: AccountId, row: &PersonRow, place: Option<ScopeId>) {
        let (piece, at) = place_of(account);
        if self.said.len() <= piece {
            self.said.resize_with(piece + 1, || None);
        }
        let piece = self.said[piece].get_or_insert_with(|| vec![Said::default(); PIECE].into());
        piece[at].add(row, place.is_some());
        if let (Some(place), Some(_)) = (place, &row.roles) {
            self.places.insert((account, place));
        }
    }

    /// Refuses a row that makes something else of the account than earlier rows told.
    ///
    /// # Errors
    /// Rule `row-twice`.
    pub(super) fn one_word(
        &self,
        row: &PersonRow,
        before: &Account,
        after: &Account,
    ) -> Result<(), Refusal> {
        let (piece, at) = place_of(before.id);
        match self.said.get(piece) {
            Some(Some(said)) => {
                let placed = |place| self.places.contains(&(before.id, place));
                one_word(said[at], placed, row, before, after)
            }
            _ => Ok(()),
        }
    }

    /// Remembers an order that the file confirms, as it is before that.
    pub(super) fn confirmed(&mut self, account: AccountId, order: &Order) {
        let orders = self.confirmed.entry(account).or_default();
        orders.push(order.clone());
    }

    /// Whether rows said one thing and another of an account.
    pub(super) fn is_contradicted(&self, account: AccountId) -> bool {
        self.contradicted.contains(&account)
    }

    /// Notes that rows said one thing and another; gives back the orders that the file had confirmed.
    pub(super) fn contradict(&mut self, account: AccountId) -> Vec<Order> {
        self.contradicted.insert(account);
        self.confirmed.remove(&account).unwrap_or_default()
    }
}

fn place_of(account: AccountId) -> (usize, usize) {
    let number = account.0 as usize;
    (number / PIECE, number % PIECE)
}
