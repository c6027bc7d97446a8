//! Accounts that forget what lateness leaves out of reach, beside those that remember everything.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::domain::{
    Amount, Calendar, DEFAULT_GROUP, Day, GroupName, Limit, LimitDirection, LimitName, LimitOutcome, Measure, Policy,
    PolicyParts, TimeSpan, Timestamp, Weekday, Window, Zone,
};

const SECOND: i64 = 1_000_000;
const HOUR: i64 = 3_600 * SECOND;
const DAY: i64 = 24 * HOUR;

/// 2020-01-01, and the days around clocks' changes follow.
const START: i64 = 18_262 * DAY;

const ZONES: [&str; 6] =
    ["UTC", "America/Toronto", "Europe/Berlin", "Pacific/Apia", "Asia/Kathmandu", "America/Havana"];

/// What is asked of two accounts alike: how far behind the time before, how much, in which group, with a used id.
type Step = (i64, i64, bool, bool);

fn spans(longest: i64) -> impl Strategy<Value = TimeSpan> {
    let seconds = prop_oneof![1..300i64, 300..90_000i64, 90_000..=longest / SECOND];
    seconds.prop_map(|seconds| TimeSpan::parse(&format!("{seconds}s")).unwrap())
}

fn windows() -> impl Strategy<Value = Window> {
    use Window::*;
    prop_oneof![
        2 => prop::sample::select(&[Transaction, Day, Week, Month, Quarter, Year, Lifetime][..]),
        1 => spans(100 * DAY).prop_map(Trailing),
    ]
}

fn calendars() -> impl Strategy<Value = Calendar> {
    let zone = prop::sample::select(&ZONES[..]).prop_map(|name| Zone::named(name).unwrap());
    let weekday = prop::sample::select(&[Weekday::Monday, Weekday::Sunday, Weekday::Wednesday][..]);
    (zone, weekday).prop_map(|(zone, week_starts)| Calendar { zone, week_starts })
}

prop_compose! {
    fn limits()(
        window in windows(),
        calendar in calendars(),
        direction in prop::sample::select(&[LimitDirection::Load, LimitDirection::Withdrawal, LimitDirection::Any][..]),
        (net, amount, count) in (any::<bool>(), prop::option::of(50..2_000i64), prop::option::of(1..8u32)),
        (least, balance) in (prop::option::weighted(0.1, 1..30i64), prop::option::weighted(0.2, 100..3_000i64)),
        cooldown in prop::option::weighted(0.3, spans(3 * DAY)),
        (from, until) in (prop::option::weighted(0.1, 0..50i32), prop::option::weighted(0.1, 50..200i32)),
        in_group in prop::bool::weighted(0.2),
        outcome in prop::sample::select(&[LimitOutcome::Decline, LimitOutcome::Flag, LimitOutcome::Shadow][..]),
    ) -> Limit {
        let day = |number: i32| Day::from_number((START / DAY) as i32 + number);
        let amount = amount.map(Amount::from_minor);
        let can_be_net = amount.is_some() && direction != LimitDirection::Any && window != Window::Transaction;
        Limit {
            direction,
            measure: if net && can_be_net { Measure::Net } else { Measure::Gross },
            amount,
            // A limit bounds something.
            count: count.or(amount.is_none().then_some(3)),
            minimum_amount: least.map(Amount::from_minor),
            maximum_balance: balance.filter(|_| direction != LimitDirection::Withdrawal).map(Amount::from_minor),
            cooldown,
            calendar,
            groups: if in_group { vec![GroupName::new("gold").unwrap()] } else { Vec::new() },
            from: from.map(day),
            until: until.map(day),
            outcome,
            ..Limit::new(LimitName::known("of-its-own"), window)
        }
    }
}

/// Policies that bound lateness; a few limits that contradict each other are made one.
fn policies() -> impl Strategy<Value = Policy> {
    (prop::collection::vec(limits(), 1..5), spans(60 * DAY)).prop_map(|(limits, late_after)| {
        let named = |(place, limit): (usize, Limit)| Limit { name: LimitName::known(&format!("l{place}")), ..limit };
        let limits: Vec<_> = limits.into_iter().enumerate().map(named).collect();
        let parts = |limits| PolicyParts { limits, late_after: Some(late_after), ..PolicyParts::default() };
        let first = limits.first().cloned().into_iter().collect();
        Policy::new(parts(limits)).unwrap_or_else(|_| Policy::new(parts(first)).unwrap())
    })
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let forward = prop_oneof![0..2 * HOUR, 0..2 * DAY, Just(0), Just(DAY), Just(SECOND)];
    let back = prop_oneof![-HOUR..0, -3 * DAY..0, -70 * DAY..0];
    let time = prop_oneof![6 => forward, 2 => back];
    let amount = prop_oneof![3 => 0..400i64, 2 => -400..0i64];
    prop::collection::vec((time, amount, any::<bool>(), prop::bool::weighted(0.05)), 1..120)
}

/// An account alone among those of one memory, and what it was sent.
struct Alone {
    accounts: Accounts,
    slot: AccountSlot,
    judge: Judge,
}

impl Alone {
    fn new(memory: Memory, policy: &Policy) -> Self {
        let mut accounts = Accounts::new(CustomerHasher::default(), memory);
        let slot = accounts.open(b"7", accounts.hasher.hash(b"7"));
        Self { accounts, slot, judge: Judge::new(Arc::new(policy.clone())) }
    }

    fn process(&mut self, transaction: &Transaction<'_>) -> AccountEvent {
        let hash = self.accounts.hasher.hash(b"7");
        let located = self.accounts.locate(b"7", hash, transaction.id);
        self.accounts.process(&located, transaction, false, &mut self.judge).unwrap()
    }

    fn account(&self) -> &Account {
        self.accounts.get(self.slot).unwrap()
    }

    /// How many transactions are remembered, and the first day of one.
    fn held(&self) -> (u64, Option<Day>) {
        let account = self.account();
        (
            account.days().map(|(_, used)| used.count(LimitDirection::Any)).sum(),
            account.days().next().map(|(day, _)| day),
        )
    }
}

/// The longest that a window or a cooldown lasts, whatever its clocks do.
fn longest(policy: &Policy) -> i64 {
    let of_limit = |limit: &Limit| {
        let window = match limit.window {
            Window::Transaction | Window::Lifetime => 0,
            Window::Day => 2 * DAY,
            Window::Week => 8 * DAY,
            Window::Month => 32 * DAY,
            Window::Quarter => 93 * DAY,
            Window::Year => 367 * DAY,
            Window::Trailing(span) => span.micros(),
        };
        window.max(limit.cooldown.map_or(0, TimeSpan::micros))
    };
    policy.limits().iter().map(of_limit).max().unwrap_or(0)
}

/// Up to when all is forgotten: the longest window, what lateness leaves and a day before the latest transaction.
fn forgotten_before(policy: &Policy, latest: Timestamp) -> i64 {
    latest.micros() - longest(policy) - policy.late_after().unwrap().micros() - DAY
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn accounts_that_forget_decide_as_those_that_do_not(
        policy in policies(),
        steps in steps(),
        reopened in prop::collection::vec(any::<prop::sample::Index>(), 0..3),
    ) {
        prop_assert_eq!(policy.memory(), Memory::Recent);
        let reopened: Vec<_> = reopened.iter().map(|index| index.index(steps.len())).collect();
        let [mut all, mut recent] = [Memory::Transactions, Memory::Recent].map(|memory| Alone::new(memory, &policy));
        let mut accepted = Vec::new();
        let mut micros = START;
        for (place, (ahead, cents, in_gold, is_used)) in steps.into_iter().enumerate() {
            // What is late is behind those before, and what follows it goes on from them.
            let time = Timestamp::from_micros(micros + ahead).unwrap();
            micros = micros.max(time.micros());
            let id = if is_used { "t0".to_owned() } else { format!("t{place}") };
            let group = if in_gold { "gold" } else { DEFAULT_GROUP };
            let amount = Amount::from_minor(cents);
            let transaction = Transaction { id: id.as_bytes(), customer_id: b"7", amount, time, group: group.as_bytes() };
            let event = all.process(&transaction);
            prop_assert_eq!(recent.process(&transaction), event, "{}", place);
            if event.kind.is_accepted() {
                accepted.push((time, amount));
            }
            if let Some(latest) = recent.account().latest() {
                let (_, first) = recent.held();
                let earliest = Timestamp::from_micros(forgotten_before(&policy, latest)).unwrap().day();
                prop_assert!(first.is_none_or(|first| first >= earliest) || reopened.iter().any(|at| *at <= place));
            }
            if reopened.contains(&place) {
                // A store gives everything back, and it is forgotten once more.
                let account = Account::from_movements(event.version, accepted.iter().copied()).unwrap();
                recent.accounts.restore(recent.slot, account);
            }
        }
        let (all, recent) = (all.account(), recent.account());
        prop_assert_eq!((all.version(), all.balance(), all.latest()), (recent.version(), recent.balance(), recent.latest()));
    }
}

#[test]
fn what_is_remembered_stays_bounded_however_long_it_goes_on() {
    let limit = |name: &str, window: Window, cooldown: Option<&str>| Limit {
        count: Some(20_000),
        cooldown: cooldown.map(|span| TimeSpan::parse(span).unwrap()),
        calendar: Calendar { zone: Zone::named("America/Toronto").unwrap(), week_starts: Weekday::Sunday },
        ..Limit::new(LimitName::known(name), window)
    };
    for (limits, late_after) in [
        (vec![], "30s"),
        (vec![limit("day", Window::Day, None)], "7d"),
        (vec![limit("lifetime", Window::Lifetime, None), limit("alone", Window::Transaction, Some("1s"))], "1d"),
        (vec![limit("trailing", Window::Trailing(TimeSpan::parse("10d").unwrap()), None)], "1s"),
        (vec![limit("near", Window::Month, Some("40s")), limit("week", Window::Week, None)], "36h"),
    ] {
        let policy = Policy::new(PolicyParts {
            limits,
            late_after: Some(TimeSpan::parse(late_after).unwrap()),
            ..PolicyParts::default()
        });
        let policy = policy.unwrap();
        let mut recent = Alone::new(Memory::Recent, &policy);
        // A transaction an hour, some of them a little late, for more than a year.
        let mut times = Vec::new();
        for number in 0..10_000i64 {
            let late = if number % 5 == 0 { 20 * SECOND } else { 0 };
            let time = Timestamp::from_micros(START + number * HOUR - late).unwrap();
            let id = number.to_string();
            let (amount, group) = (Amount::from_minor(1), DEFAULT_GROUP.as_bytes());
            let event = recent.process(&Transaction { id: id.as_bytes(), customer_id: b"7", amount, time, group });
            times.extend(event.kind.is_accepted().then_some(time.micros()));
            let (held, _) = recent.held();
            let earliest = forgotten_before(&policy, recent.account().latest().unwrap());
            // Times come in order here, so that the first of those that may be held is found quickly.
            let bound = times.len() - times.partition_point(|micros| *micros < earliest);
            assert!(held <= bound as u64, "{held} are held of {bound} that may be: {policy:?}");
        }
        let (held, _) = recent.held();
        assert!(times.len() > 9_000 && held < 1_500, "{held} are held of {}: {policy:?}", times.len());
    }
}
