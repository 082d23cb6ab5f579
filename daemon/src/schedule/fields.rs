//! The fields of a crontab line, as `crontab(5)` has them, and their translation for the `cron` crate.

/// One kind of field.
struct Unit {
    name: &'static str,
    min: u8,
    max: u8,
    /// Names of the values from `min` on; three letters each.
    names: &'static [&'static str],
}

const MINUTE: Unit = Unit {
    name: "minute",
    min: 0,
    max: 59,
    names: &[],
};
const HOUR: Unit = Unit {
    name: "hour",
    min: 0,
    max: 23,
    names: &[],
};
const DAY: Unit = Unit {
    name: "day of month",
    min: 1,
    max: 31,
    names: &[],
};
const MONTH: Unit = Unit {
    name: "month",
    min: 1,
    max: 12,
    names: &[
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ],
};
const WEEKDAY: Unit = Unit {
    name: "day of week",
    min: 0,
    max: 7,
    names: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
};

/// The values of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Field {
    /// A bit a value.
    values: u64,
    /// Whether it begins with `*`: then it does not restrict the day by itself.
    star: bool,
}

/// A crontab line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fields {
    minute: Field,
    hour: Field,
    day: Field,
    month: Field,
    weekday: Field,
}

impl Fields {
    /// Reads five fields or a nickname.
    pub(super) fn parse(line: &str) -> Result<Self, String> {
        let line = line.trim();
        let line = match line.to_ascii_lowercase().as_str() {
            "@hourly" => "0 * * * *",
            "@daily" | "@midnight" => "0 0 * * *",
            "@weekly" => "0 0 * * 0",
            "@monthly" => "0 0 1 * *",
            "@yearly" | "@annually" => "0 0 1 1 *",
            nickname if nickname.starts_with('@') => {
                return Err(format!(
                    "{line:?} is no schedule; there are @hourly, @daily, @weekly, @monthly, @yearly"
                ));
            }
            _ => line,
        };
        let parts: Vec<&str> = line.split_whitespace().collect();
        let [minute, hour, day, month, weekday] = parts[..] else {
            return Err(format!(
                "a schedule has five fields (minute, hour, day of month, month, day of week), for example \
                 \"0 3 * * MON-FRI\"; {line:?} has {}",
                parts.len()
            ));
        };
        let mut weekday = WEEKDAY.field(weekday)?;
        if weekday.values & (1 << 7) != 0 {
            weekday.values = weekday.values & !(1 << 7) | 1;
        }
        Ok(Fields {
            minute: MINUTE.field(minute)?,
            hour: HOUR.field(hour)?,
            day: DAY.field(day)?,
            month: MONTH.field(month)?,
            weekday,
        })
    }

    /// What the `cron` crate reads: seconds first, Sunday is 1, and a day has to match both fields. So a line that
    /// restricts both becomes two, of which either may match.
    pub(super) fn translated(&self) -> Vec<String> {
        let time = format!(
            "0 {} {}",
            MINUTE.list(self.minute.values, 0),
            HOUR.list(self.hour.values, 0)
        );
        let month = MONTH.list(self.month.values, 0);
        let day = DAY.list(self.day.values, 0);
        let every_weekday = self.weekday.values == 0x7f;
        let weekday = if every_weekday {
            "*".to_owned()
        } else {
            WEEKDAY.list(self.weekday.values, 1)
        };
        if self.day.star || self.weekday.star {
            return vec![format!("{time} {day} {month} {weekday}")];
        }
        vec![
            format!("{time} {day} {month} *"),
            format!("{time} * {month} {weekday}"),
        ]
    }
}

impl Unit {
    fn field(&self, text: &str) -> Result<Field, String> {
        let mut values = 0;
        for part in text.split(',') {
            values |= self.part(part)?;
        }
        Ok(Field {
            values,
            star: text.starts_with('*'),
        })
    }

    /// `*`, `5`, `1-5`, `*/15`, `8-18/2`.
    fn part(&self, text: &str) -> Result<u64, String> {
        let (range, step) = match text.split_once('/') {
            Some((range, step)) => (range, Some(self.step(step)?)),
            None => (text, None),
        };
        let (first, last) = if range == "*" {
            (self.min, if self.names.len() == 7 { 6 } else { self.max })
        } else if let Some((first, last)) = range.split_once('-') {
            let (first, mut last) = (self.value(first)?, self.value(last)?);
            if self.names.len() == 7 && last == 0 && first > 0 {
                last = 7;
            }
            if first > last {
                return Err(format!(
                    "{}: {range:?} runs backwards; write two ranges with a comma",
                    self.name
                ));
            }
            (first, last)
        } else {
            let value = self.value(range)?;
            if step.is_some() {
                return Err(format!(
                    "{}: a step needs a range; write \"{range}-{}/{}\"",
                    self.name,
                    self.max,
                    step.unwrap_or(1)
                ));
            }
            (value, value)
        };
        let step = usize::from(step.unwrap_or(1));
        Ok((first..=last)
            .step_by(step)
            .fold(0, |bits, v| bits | 1 << v))
    }

    fn step(&self, text: &str) -> Result<u8, String> {
        let step: Option<u8> = number(text);
        step.filter(|n| *n > 0 && *n <= self.max).ok_or_else(|| {
            format!(
                "{}: a step is a number from 1 to {}; got {text:?}",
                self.name, self.max
            )
        })
    }

    fn value(&self, text: &str) -> Result<u8, String> {
        let named = self
            .names
            .iter()
            .position(|name| name.eq_ignore_ascii_case(text));
        let named = named
            .and_then(|i| u8::try_from(i).ok())
            .map(|i| i + self.min);
        named
            .or_else(|| number(text))
            .filter(|n| (self.min..=self.max).contains(n))
            .ok_or_else(|| {
                let or_names = match (self.names.first(), self.names.last()) {
                    (Some(first), Some(last)) => {
                        format!(", or {} … {}", first.to_uppercase(), last.to_uppercase())
                    }
                    _ => String::new(),
                };
                format!(
                    "{}: a number from {} to {}{or_names}; got {text:?}",
                    self.name, self.min, self.max
                )
            })
    }

    /// The values as a list, each moved by `shift`; `*` for all of them.
    fn list(&self, values: u64, shift: u8) -> String {
        let all = (self.min..=self.max).all(|v| values & (1 << v) != 0);
        if all {
            return "*".into();
        }
        let list: Vec<String> = (self.min..=self.max)
            .filter(|v| values & (1 << v) != 0)
            .map(|v| (v + shift).to_string())
            .collect();
        list.join(",")
    }
}

/// A plain number: digits only, no sign.
fn number(text: &str) -> Option<u8> {
    (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}
