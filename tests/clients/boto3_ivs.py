"""boto3 against the local channel: every operation, with only an endpoint URL.

usage: python boto3_ivs.py http://127.0.0.1:5001

Ends with 0 when all is as it is on the service, else with 1 and the first thing that is not.
"""

import json
import re
import sys
import time
import urllib.request

import boto3
from botocore import UNSIGNED
from botocore.config import Config

LOCAL = "arn:aws:ivs:us-west-2:000000000000:channel/local"
MISSING = "arn:aws:ivs:us-west-2:000000000000:channel/none"


def expect(condition, what):
    if not condition:
        sys.exit(f"not as expected: {what}")


def client(endpoint, **config):
    # The SDK's own retries would hide what one call is answered with.
    config = Config(retries={"total_max_attempts": 1}, read_timeout=5, **config)
    return boto3.client(
        "ivs",
        endpoint_url=endpoint,
        region_name="us-west-2",
        aws_access_key_id="any",
        aws_secret_access_key="thing",
        config=config,
    )


def control(endpoint, path, body):
    request = urllib.request.Request(endpoint + path, json.dumps(body).encode(), method="POST")
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def payloads(endpoint, arn):
    with urllib.request.urlopen(f"{endpoint}/local/payloads?channelArn={arn}") as answer:
        return json.load(answer)["payloads"]


def raises(exception, call, **arguments):
    try:
        call(**arguments)
    except exception as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        expect(error.response.get("exceptionMessage"), f"{exception.__name__} has a message")
        return status, error.response
    except Exception as error:
        sys.exit(f"not as expected: {exception.__name__}, but {type(error).__name__}: {error}")
    sys.exit(f"not as expected: {exception.__name__}, but nothing was raised")


def puts(ivs, endpoint):
    answer = ivs.put_metadata(channelArn=LOCAL, metadata="hello")
    expect(answer["ResponseMetadata"]["HTTPStatusCode"] == 204, "PutMetadata is answered with 204")
    expect(answer["ResponseMetadata"].get("RequestId"), "an answer has a request id")
    ivs.put_metadata(channelArn=LOCAL, metadata="é" * 512)
    kept = payloads(endpoint, LOCAL)
    expect(kept[0]["metadata"] == "é" * 512 and kept[0]["bytes"] == 1024, "the newest comes first")
    expect(kept[1]["metadata"] == "hello", "then the one before")

    errors = ivs.exceptions
    status, answer = raises(
        errors.ValidationException, ivs.put_metadata, channelArn=LOCAL, metadata="x" * 1025
    )
    expect(status == 400, "a payload too large is a 400")
    expect(answer["exceptionMessage"] == "Metadata size exceeds payload limit", "and says so")
    status, _ = raises(
        errors.ResourceNotFoundException, ivs.put_metadata, channelArn=MISSING, metadata="x"
    )
    expect(status == 404, "a channel that is not there is a 404")
    loose = client(endpoint, parameter_validation=False)
    raises(loose.exceptions.ValidationException, loose.put_metadata, channelArn=LOCAL, metadata="")
    raises(loose.exceptions.ValidationException, loose.put_metadata, channelArn="x", metadata="x")

    time.sleep(1.1)
    for _ in range(5):
        ivs.put_metadata(channelArn=LOCAL, metadata="x")
    status, answer = raises(
        errors.ThrottlingException, ivs.put_metadata, channelArn=LOCAL, metadata="x"
    )
    expect(status == 429, "the sixth in a second is a 429")
    wanted = f"Operation: ivs:PutMetadata exceeded call rate: 5 for resource: {LOCAL}"
    expect(answer["exceptionMessage"] == wanted, "and names the channel")
    time.sleep(1.1)

    unsigned = client(endpoint, signature_version=UNSIGNED)
    unsigned.put_metadata(channelArn=LOCAL, metadata="unsigned")


def channels(ivs, endpoint):
    errors = ivs.exceptions
    made = ivs.create_channel(name="mine", latencyMode="NORMAL", tags={"show": "quiz"})
    channel, key = made["channel"], made["streamKey"]
    arn = channel["arn"]
    expect(re.fullmatch(r"arn:aws:ivs:[a-z0-9-]+:[0-9]+:channel/[a-zA-Z0-9-]+", arn), "an ARN")
    expect(channel["latencyMode"] == "NORMAL" and channel["type"] == "STANDARD", "its settings")
    expect(channel["authorized"] is False and channel["tags"] == {"show": "quiz"}, "its defaults")
    expect(channel["ingestEndpoint"] and channel["playbackUrl"], "where to send and watch")
    expect(key["channelArn"] == arn and key["value"].startswith("sk_"), "a stream key")
    expect(ivs.get_channel(arn=arn)["channel"] == channel, "GetChannel says what was made")
    raises(errors.ResourceNotFoundException, ivs.get_channel, arn=MISSING)

    batch = ivs.batch_get_channel(arns=[LOCAL, arn, MISSING])
    expect([it["arn"] for it in batch["channels"]] == [LOCAL, arn], "BatchGetChannel finds two")
    expect([it["arn"] for it in batch["errors"]] == [MISSING], "and misses one")

    put = {"channelArn": arn, "metadata": "x"}
    status, _ = raises(errors.ChannelNotBroadcasting, ivs.put_metadata, **put)
    expect(status == 404, "a channel off air is a 404 of its own")
    raises(errors.ChannelNotBroadcasting, ivs.get_stream, channelArn=arn)
    raises(errors.ChannelNotBroadcasting, ivs.stop_stream, channelArn=arn)
    changed = ivs.update_channel(arn=arn, name="yours", type="ADVANCED_HD")["channel"]
    expect(changed["name"] == "yours" and changed["latencyMode"] == "NORMAL", "only what is named")
    expect(changed["preset"] == "HIGHER_BANDWIDTH_DELIVERY", "an advanced channel has a preset")

    control(endpoint, "/local/on_air", {"channelArn": arn})
    stream = ivs.get_stream(channelArn=arn)["stream"]
    expect(re.fullmatch(r"st-[a-zA-Z0-9]{23}", stream["streamId"]), "a stream id of 26 characters")
    expect(stream["state"] == "LIVE" and stream["health"] == "HEALTHY", "it is live and well")
    expect(stream["startTime"].tzinfo is not None, "its start is a time")
    expect(stream["playbackUrl"] == channel["playbackUrl"], "it is watched where the channel says")
    status, _ = raises(errors.ConflictException, ivs.delete_channel, arn=arn)
    expect(status == 409, "a live channel is not deleted")
    raises(errors.ConflictException, ivs.update_channel, arn=arn, name="z")
    live = {it["channelArn"] for it in ivs.list_streams()["streams"]}
    expect({LOCAL, arn} <= live, "ListStreams has both")
    starving = ivs.list_streams(filterBy={"health": "STARVING"})["streams"]
    expect(starving == [], "none of them starves")
    ivs.stop_stream(channelArn=arn)
    raises(errors.ChannelNotBroadcasting, ivs.put_metadata, **put)
    answer = ivs.delete_channel(arn=arn)
    expect(answer["ResponseMetadata"]["HTTPStatusCode"] == 204, "DeleteChannel is a 204")
    raises(errors.ResourceNotFoundException, ivs.get_channel, arn=arn)


def lists(ivs, endpoint):
    made = sorted(ivs.create_channel(name="page")["channel"]["arn"] for _ in range(5))
    for arn in made:
        control(endpoint, "/local/on_air", {"channelArn": arn})
    pages = list(
        ivs.get_paginator("list_channels").paginate(filterByName="page", maxResults=2)
    )
    expect([len(page["channels"]) for page in pages] == [2, 2, 1], "channels come in pages")
    found = [it["arn"] for page in pages for it in page["channels"]]
    expect(found == made, "without gaps")
    pages = ivs.get_paginator("list_streams").paginate(PaginationConfig={"PageSize": 2})
    found = [it["channelArn"] for page in pages for it in page["streams"]]
    expect(set(made) <= set(found) and len(found) == len(set(found)), "so do streams")
    recording = "arn:aws:ivs:us-west-2:000000000000:recording-configuration/x"
    raises(
        ivs.exceptions.ConflictException,
        ivs.list_channels,
        filterByName="page",
        filterByRecordingConfigurationArn=recording,
    )
    for arn in made:
        ivs.stop_stream(channelArn=arn)
        ivs.delete_channel(arn=arn)


def sessions(ivs, endpoint):
    arn = ivs.create_channel(name="sessions")["channel"]["arn"]
    expect(ivs.list_stream_sessions(channelArn=arn)["streamSessions"] == [], "no stream yet")
    raises(ivs.exceptions.ResourceNotFoundException, ivs.get_stream_session, channelArn=arn)
    ids = []
    for _ in range(3):
        control(endpoint, "/local/on_air", {"channelArn": arn})
        ids.insert(0, ivs.get_stream_session(channelArn=arn)["streamSession"]["streamId"])
        control(endpoint, "/local/off_air", {"channelArn": arn})
    control(endpoint, "/local/on_air", {"channelArn": arn})
    live = ivs.get_stream_session(channelArn=arn)["streamSession"]
    expect(live["channel"]["arn"] == arn and "endTime" not in live, "the newest goes on")
    ended = ivs.get_stream_session(channelArn=arn, streamId=ids[2])["streamSession"]
    expect(ended["startTime"] <= ended["endTime"], "an old one has ended")
    names = [event["name"] for event in ended["truncatedEvents"]]
    wanted = ["Session Ended", "Stream End", "Stream Start", "Session Created"]
    expect(names == wanted, f"its events, the newest first, but {names}")
    pages = [ivs.list_stream_sessions(channelArn=arn, maxResults=2)]
    token = pages[0]["nextToken"]
    pages.append(ivs.list_stream_sessions(channelArn=arn, maxResults=2, nextToken=token))
    found = [it["streamId"] for page in pages for it in page["streamSessions"]]
    expect(found == [live["streamId"], *ids], "the newest first, in pages without gaps")
    expect("nextToken" not in pages[1], "the last page is the last")
    unknown = {"channelArn": arn, "streamId": "st-" + "x" * 23}
    raises(ivs.exceptions.ResourceNotFoundException, ivs.get_stream_session, **unknown)
    ivs.stop_stream(channelArn=arn)
    ivs.delete_channel(arn=arn)


def tags(ivs, endpoint):
    errors = ivs.exceptions
    arn = ivs.create_channel(tags={"show": "quiz", "room": "1"})["channel"]["arn"]
    ivs.tag_resource(resourceArn=arn, tags={"room": "2", "a b": "été/=+-@"})
    wanted = {"show": "quiz", "room": "2", "a b": "été/=+-@"}
    expect(ivs.list_tags_for_resource(resourceArn=arn)["tags"] == wanted, "tags are set")
    expect(ivs.get_channel(arn=arn)["channel"]["tags"] == wanted, "and the channel has them")
    ivs.untag_resource(resourceArn=arn, tagKeys=["show", "a b", "none"])
    left = ivs.list_tags_for_resource(resourceArn=arn)["tags"]
    expect(left == {"room": "2"}, f"tags are removed, but {left}")
    many = {str(n): "" for n in range(50)}
    status, _ = raises(errors.ValidationException, ivs.tag_resource, resourceArn=arn, tags=many)
    expect(status == 400, "more than fifty tags are a 400")
    raises(errors.ResourceNotFoundException, ivs.list_tags_for_resource, resourceArn=MISSING)
    key = "arn:aws:ivs:us-west-2:000000000000:stream-key/x"
    raises(errors.ResourceNotFoundException, ivs.tag_resource, resourceArn=key, tags={"a": "b"})
    loose = client(endpoint, parameter_validation=False)
    long = {"resourceArn": arn, "tags": {"k" * 129: "v"}}
    raises(loose.exceptions.ValidationException, loose.tag_resource, **long)
    ivs.delete_channel(arn=arn)


def faults(ivs, endpoint):
    errors = ivs.exceptions
    control(endpoint, "/local/faults", {"channelArn": LOCAL, "unavailable": 1, "throttled": 1})
    call = {"channelArn": LOCAL, "metadata": "x"}
    status, _ = raises(ivs.exceptions.ClientError, ivs.put_metadata, **call)
    expect(status == 503, "an unavailable service is a 503")
    raises(errors.ThrottlingException, ivs.put_metadata, **call)
    ivs.put_metadata(**call)
    control(endpoint, "/local/faults", {"channelArn": LOCAL, "lost_answers": 1})
    try:
        ivs.put_metadata(channelArn=LOCAL, metadata="lost")
    except Exception as error:
        name = type(error).__name__
        expect(name == "ConnectionClosedError", f"a lost answer breaks off, but {name}")
    else:
        sys.exit("not as expected: a lost answer was answered")
    expect(payloads(endpoint, LOCAL)[0]["metadata"] == "lost", "a lost answer's payload is taken")
    # With its own retries the SDK gets through a service that fails twice.
    patient = boto3.client(
        "ivs",
        endpoint_url=endpoint,
        region_name="us-west-2",
        aws_access_key_id="any",
        aws_secret_access_key="thing",
    )
    control(endpoint, "/local/faults", {"channelArn": LOCAL, "unavailable": 2})
    patient.put_metadata(**call)


def main():
    endpoint = sys.argv[1].rstrip("/")
    ivs = client(endpoint)
    for part in (puts, channels, lists, sessions, tags, faults):
        part(ivs, endpoint)
        time.sleep(1.1)
    try:
        ivs.list_stream_keys(channelArn=LOCAL)
    except ivs.exceptions.ClientError as error:
        code = error.response["Error"]["Code"]
        expect(code == "UnknownOperationException", f"an operation that is not there, but {code}")
    else:
        sys.exit("not as expected: an operation that is not there was answered")
    print("boto3: all as expected")


if __name__ == "__main__":
    main()
