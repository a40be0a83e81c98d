"""What an approval asks for: who gives it, and the consent of whoever is named."""

from __future__ import annotations

from broadcaster.desk.bench import Bench, folded
from broadcaster.desk.consent import Consent
from broadcaster.desk.kinds import NAMES_MUST_BE_DECLARED, NAMES_NEED_CONSENT, TWO_APPROVALS
from broadcaster.desk.names import listed, undeclared
from broadcaster.desk.script import Person, Script, ScriptState
from broadcaster.errors import DeskError, NotFound
from broadcaster.language import _


def is_first(script: Script) -> bool:
    """Whether another approval has to follow the one that is given now."""
    return script.kind in TWO_APPROVALS and not script.first_approved_by


def refuse_approver(bench: Bench, script: Script, person: Person) -> bool:
    """True where the author approves, and may. DeskError: this person may not."""
    own = bool(script.author) and folded(script.author) == folded(person.name)
    if own and (not bench.rules.self_approval or script.first_approved_by):
        raise DeskError(
            _("Authors cannot approve their own scripts"), script.code, _("Ask another person to approve it")
        )
    if folded(script.first_approved_by) == folded(person.name):
        raise DeskError(
            _("A second person must approve this script"),
            f"{script.code}: {person.name}",
            _("Ask somebody other than its author and who approved it first"),
        )
    return own


def refuse_unconsented(bench: Bench, script: Script) -> None:
    """DeskError: it names people who have not agreed to it, or whom nobody has declared."""
    unknown = undeclared(script) if script.kind in NAMES_MUST_BE_DECLARED else ()
    if unknown:
        raise DeskError(
            _("This script seems to name people who are not declared"),
            f"{script.code}: {listed(unknown)}",
            _('Declare them: broadcaster script set {code} --name "…", or say: --not-a-person "…"').format(
                code=script.code
            ),
        )
    if missing := without_consent(bench, script):
        raise DeskError(
            _("People are named in this script without their consent on record"),
            f"{script.code}: {listed(missing)}",
            _('Record it: broadcaster script consent {code} --name "…" --by NAME').format(code=script.code),
        )


def without_consent(bench: Bench, script: Script) -> tuple[str, ...]:
    """Whose consent is wanting before it can be approved."""
    if script.kind not in NAMES_NEED_CONSENT:
        return ()
    given = {folded(consent.name) for consent in bench.store.consents(script.id)}
    return tuple(name for name in script.names if folded(name) not in given)


def consent(bench: Bench, code: str, name: str, *, by: str, note: str = "") -> Consent:
    """Put on record that the person of that name agrees to being named in the script.

    DeskError: it was withdrawn, or the consent is on record already; NotFound: the script declares nobody of
    that name, or nobody is called `by`.
    """
    person, script = bench.person(by), bench.store.script(code)
    if script.state is ScriptState.WITHDRAWN:
        raise DeskError(_("This script has been withdrawn"), script.code)
    named = next((each for each in script.names if folded(each) == folded(" ".join(name.split()))), None)
    if named is None:
        raise NotFound(
            _("This script does not declare a person of that name"),
            f"{script.code}: {name}",
            _('Declare it first: broadcaster script set {code} --name "…"').format(code=script.code),
        )
    given = Consent(script.id, named, person.name, bench.now(), note)
    bench.store.add_consent(given)
    return given
