import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from environ import Env

from config.keys import Keys, keys_from_environment, keys_from_file, new_keys


def environment(**values):
    env = Env()
    env.ENVIRON = values
    return env


def test_no_keys_in_the_environment_is_no_fault_yet():
    assert keys_from_environment(environment()) is None


def test_a_complete_set_is_taken_as_it_is():
    first, second = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    keys = keys_from_environment(environment(SECRET_KEY="s", FIELD_KEYS=f"{first},{second}", LOOKUP_KEY="l"))
    assert keys == Keys("s", [first, second], "l")


def test_half_a_set_is_refused_and_the_missing_half_named():
    with pytest.raises(ImproperlyConfigured, match="Set FIELD_KEYS, LOOKUP_KEY"):
        keys_from_environment(environment(SECRET_KEY="s"))


def test_an_unusable_key_is_named_by_its_place():
    usable = Fernet.generate_key().decode()
    with pytest.raises(ImproperlyConfigured, match="FIELD_KEYS: key 2"):
        keys_from_environment(environment(SECRET_KEY="s", FIELD_KEYS=f"{usable},short", LOOKUP_KEY="l"))


def test_printed_keys_can_be_put_into_the_environment():
    keys = new_keys()
    values = {"SECRET_KEY": keys.secret_key, "FIELD_KEYS": ",".join(keys.field_keys), "LOOKUP_KEY": keys.lookup_key}
    assert keys_from_environment(environment(**values)) == keys


def test_processes_that_start_together_agree_on_one_file(tmp_path):
    path = tmp_path / "var" / "keys.json"
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(keys_from_file, [path] * 8))
    assert set(map(str, found)) == {str(keys_from_file(path))}
    assert [file.name for file in path.parent.iterdir()] == ["keys.json"]


def test_the_key_file_is_for_its_owner_only(tmp_path):
    keys_from_file(tmp_path / "keys.json")
    assert stat.S_IMODE((tmp_path / "keys.json").stat().st_mode) == 0o600
