"""The ways out: which server, which credentials, which folder."""

import stat

import pytest
from aiosmtpd.smtp import AuthResult

import clock
from adapters import letters
from adapters.mailer import FolderMailer, SmtpMailer, mailer
from config import BadSettings, Settings
from tests.jobs.conftest import MailServer


@pytest.fixture
def letter():
    facts = {"name": "Ada", "time": "2026-03-01T12:00:00+00:00"}
    return letters.write(
        "password_changed", "ada@example.com", facts, "a@example.com", "<7@slugbase>", clock.now()
    )


def test_without_a_server_mail_goes_to_a_folder_and_the_log_says_where(tmp_path, letter, caplog):
    caplog.set_level("INFO")
    out = mailer(Settings(_env_file=None, data_dir=tmp_path, smtp_url=""))

    out.send(letter)
    out.close()

    [path] = (tmp_path / "mail").iterdir()
    assert isinstance(out, FolderMailer)
    assert path.name.endswith("-7@slugbase.eml")
    assert path.read_bytes() == bytes(letter)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert str(path) in caplog.text


def test_a_connection_that_was_dropped_is_opened_again(inbox, letter):
    out = SmtpMailer(inbox.url)
    out.send(letter)
    out._connection.sock.close()

    out.send(letter)
    out.close()

    assert len(inbox.messages) == 2


def test_user_and_password_are_percent_decoded(letter):
    seen = []

    def authenticate(server, session, envelope, mechanism, credentials):
        seen.append((credentials.login.decode(), credentials.password.decode()))
        return AuthResult(success=True)

    class Nowhere:
        async def handle_DATA(self, server, session, envelope):
            return "250 OK"

    with MailServer(Nowhere(), authenticator=authenticate, auth_require_tls=False) as server:
        out = SmtpMailer(f"smtp://ada%40example.com:p%2Fw%3A%20rd@127.0.0.1:{server.port}")
        out.send(letter)
        out.close()

    assert seen == [("ada@example.com", "p/w: rd")]


def test_starttls_is_never_skipped(inbox, letter):
    out = SmtpMailer(inbox.url.replace("smtp:", "smtp+starttls:"))

    with pytest.raises(Exception, match="STARTTLS"):
        out.send(letter)

    assert inbox.messages == []


@pytest.mark.parametrize(
    "url", ["http://mail.example", "smtp://", "mail.example:25", "smtp://u:secret@mail.example:x"]
)
def test_an_address_that_is_no_mail_server_is_refused_without_repeating_it(url):
    with pytest.raises(BadSettings, match="SMTP_URL") as refused:
        SmtpMailer(url)

    assert "secret" not in str(refused.value)
