//! Which kind of failure it is: its name in JSON, the program's exit code, the HTTP status behind it.

use super::Error;

impl Error {
    /// The same failure of a creating call that certainly made no token; this is added where the failure alone leaves it open.
    pub fn without_token(self) -> Self {
        match self {
            Self::Unreachable { .. } | Self::Lost { .. } | Self::TimedOut { .. } | Self::Busy { .. } => {
                Self::NoTokenMade(Box::new(self))
            }
            _ => self,
        }
    }

    /// Whether nobody reads standard output any more.
    pub fn is_reader_gone(&self) -> bool {
        matches!(self, Self::Output(why) if why.kind() == std::io::ErrorKind::BrokenPipe)
    }

    /// The code the program exits with.
    pub fn exit_code(&self) -> u8 {
        self.kind().1
    }

    /// The failure's name in JSON.
    pub fn name(&self) -> &'static str {
        self.kind().0
    }

    fn kind(&self) -> (&'static str, u8) {
        match self {
            Self::BadInput { .. }
            | Self::CommandLine { .. }
            | Self::Missing { .. }
            | Self::Ambiguous { .. }
            | Self::UnsafeId { .. }
            | Self::SavePlace { .. }
            | Self::SplitPair { .. } => ("usage", 2),
            Self::Unconfirmed { .. } | Self::CurrentToken { .. } | Self::CurrentUnknown(_) => ("unconfirmed", 2),
            Self::NotSignedIn { .. } | Self::SignIn { .. } | Self::KeyRefused { .. } => ("not-signed-in", 3),
            Self::Forbidden(_) | Self::MayNotCreate { .. } => ("forbidden", 3),
            Self::NoSuchToken { .. } | Self::TokenGone(_) | Self::NoSuchUser { .. } => ("not-found", 4),
            Self::NameTaken(_) => ("name-taken", 5),
            Self::Unreachable { .. } | Self::Lost { .. } | Self::TimedOut { .. } | Self::Busy { .. } => {
                ("unreachable", 6)
            }
            Self::Undelivered { .. } => ("undelivered", 7),
            Self::NotAllDeleted { failed, .. } => failed.first().map_or(("failed", 1), |(_, error)| error.kind()),
            Self::NoTokenMade(why)
            | Self::MaybeDeleted(why)
            | Self::NotReplaced { why, .. }
            | Self::Untold { why, .. }
            | Self::OldTokenLives { why, .. } => why.kind(),
            Self::Redirected { .. }
            | Self::Refused { .. }
            | Self::Nonsense(_)
            | Self::Listing(_)
            | Self::Unsaid { .. }
            | Self::Output(_)
            | Self::System(_)
            | Self::Terminal(_) => ("failed", 1),
            Self::Cancelled(_) => ("cancelled", 130),
        }
    }

    /// The HTTP status behind the failure, where there is one.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::KeyRefused { .. } => Some(401),
            Self::Forbidden(_) | Self::MayNotCreate { .. } => Some(403),
            Self::TokenGone(_) | Self::NoSuchUser { .. } => Some(404),
            Self::NameTaken(_) => Some(409),
            Self::Busy { status, .. } | Self::Redirected { status, .. } | Self::Refused { status, .. } => Some(*status),
            Self::Undelivered { why, .. } => why.downcast_ref::<Self>().and_then(Self::status),
            Self::NotAllDeleted { failed, .. } => failed.first().and_then(|(_, error)| error.status()),
            Self::NoTokenMade(why)
            | Self::MaybeDeleted(why)
            | Self::NotReplaced { why, .. }
            | Self::Untold { why, .. }
            | Self::OldTokenLives { why, .. } => why.status(),
            _ => None,
        }
    }
}
