import pytest
from botocore.exceptions import ClientError
from shop import users

pytestmark = pytest.mark.dynamodb


@pytest.mark.parametrize("number", range(10))
def test_each_test_starts_without_users(number):
    assert users.count() == 0
    users.register("ada", f"ada{number}@example.com")
    assert users.with_email(f"ada{number}@example.com") == ["ada"]
    assert users.count() == 1


@pytest.mark.parametrize("user_id", ["ada", "bob", "cleo"])
def test_user_is_registered_once(user_id):
    users.register(user_id, "same@example.com")
    with pytest.raises(ClientError, match="ConditionalCheckFailed"):
        users.register(user_id, "other@example.com")
    assert users.with_email("other@example.com") == []
