import boto3
import pytest
from botocore.exceptions import ProfileNotFound


def test_new_clients_use_the_engine(dynamodb_endpoint, dynamodb_env):
    assert boto3.client("dynamodb").meta.endpoint_url == dynamodb_endpoint


@pytest.mark.dynamodb
def test_real_credentials_cannot_be_used(dynamodb_env):
    credentials = boto3.Session().get_credentials()
    assert credentials.access_key == dynamodb_env["AWS_ACCESS_KEY_ID"]
    with pytest.raises(ProfileNotFound):
        boto3.Session(profile_name="production")
    assert boto3.client("sts").meta.region_name == "us-east-1"


def test_without_a_fixture():
    assert 1 + 1 == 2
