//! Ctrl-Z and `fg` at a question and at the picker.

use rustix::process::Signal;

use super::{PICKER, QUESTION};
use crate::support::{CTRL_Z, DOWN, ENTER, FakeServer, Terminal};

#[test]
fn question_continues_after_ctrl_z() {
    let server = FakeServer::with(&["laptop"]);
    let session = Terminal::size(100, 24).run(&server.program("delete laptop"));
    session.wait_for(QUESTION).send(CTRL_Z);
    assert_eq!(session.wait_until_stopped(), "");
    session.resume().send("y\r");
    session.finish().exits(0);
    assert_eq!(server.names(), "");
}

#[test]
fn picker_continues_after_stop_signal() {
    let server = FakeServer::with(&["old", "laptop", "ci"]);
    let session = Terminal::size(100, 24).run(&server.program("delete"));
    // The picker reads Ctrl-Z as a key without a meaning.
    session.wait_for(PICKER).send(CTRL_Z).send(DOWN).send(" ").wait_for("> [x] laptop");
    // Unlike SIGTSTP, SIGSTOP gives the program no time to restore the modes. It must set them again.
    session.signal(Signal::STOP);
    session.wait_until_stopped();
    session.resume().wait_for("Up and Down show the tokens.").send(DOWN).send(" ").wait_for("> [x] old");
    session.signal(Signal::TSTP);
    // While the program is stopped, the terminal is as it was before.
    assert_eq!(session.wait_until_stopped(), "");
    session.resume().wait_for("Up and Down show the tokens.").send(" ").wait_for("> [ ] old");
    insta::assert_snapshot!(session.screen(), @"
    Which tokens do you want to delete? Space selects, a selects all, Enter confirms, Esc cancels.
          NAME    ID                         CREATED AT  EXPIRES AT  LAST USED
      [ ] ci      cm3k1x9qf0000000000000003  2020-01-15  Never       -
    > [x] laptop  cm3k1x9qf0000000000000002  2020-01-15  Never       -
      [ ] old     cm3k1x9qf0000000000000001  2020-01-15  Never       -
    Which tokens do you want to delete? Space selects, a selects all, Enter confirms, Esc cancels.
          NAME    ID                         CREATED AT  EXPIRES AT  LAST USED
      [ ] ci      cm3k1x9qf0000000000000003  2020-01-15  Never       -
      [x] laptop  cm3k1x9qf0000000000000002  2020-01-15  Never       -
    > [x] old     cm3k1x9qf0000000000000001  2020-01-15  Never       -
    Which tokens do you want to delete? Space selects, a selects all, Enter confirms, Esc cancels.
          NAME    ID                         CREATED AT  EXPIRES AT  LAST USED
      [ ] ci      cm3k1x9qf0000000000000003  2020-01-15  Never       -
      [x] laptop  cm3k1x9qf0000000000000002  2020-01-15  Never       -
    > [ ] old     cm3k1x9qf0000000000000001  2020-01-15  Never       -
    ");
    session.send(ENTER).wait_for(QUESTION).send(CTRL_Z);
    assert_eq!(session.wait_until_stopped(), "");
    session.resume().send("y\r");
    assert_eq!(session.finish().exits(0).terminal, "");
    assert_eq!(server.names(), "ci old");
}
