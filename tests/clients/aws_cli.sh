#!/bin/sh
# The AWS CLI against the local channel: every operation, with only an endpoint URL.
#
# usage: aws_cli.sh http://127.0.0.1:5001        (AWS=path/to/aws for another one than `aws`)
#
# Ends with 0 when all is as it is on the service, else with 1 and the first thing that is not.
set -eu

AWS=${AWS:-aws}
export AWS_ENDPOINT_URL_IVS="$1" AWS_REGION=us-west-2 AWS_DEFAULT_REGION=us-west-2
export AWS_MAX_ATTEMPTS=1 AWS_PAGER=
export AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=thing AWS_EC2_METADATA_DISABLED=true
local=arn:aws:ivs:us-west-2:000000000000:channel/local

fail() {
    echo "not as expected: $1" >&2
    exit 1
}

# ivs WANTED ARGUMENTS…: the answer, errors included, contains WANTED.
ivs() {
    wanted=$1
    shift
    answer=$("$AWS" ivs "$@" --output json 2>&1) || true
    case $answer in
    *"$wanted"*) ;;
    *) fail "aws ivs $*: wanted $wanted, met: $answer" ;;
    esac
}

"$AWS" ivs put-metadata --channel-arn "$local" --metadata '{"type":"notice","text":"hello"}' ||
    fail "put-metadata is answered"
ivs '"LIVE"' get-stream --channel-arn "$local"
ivs "$local" list-streams
ivs "$local" list-channels
ivs "$local" list-channels --max-items 1
ivs '"name": "local"' get-channel --arn "$local"
ivs '"name": "local"' batch-get-channel --arns "$local"
ivs '"st-' list-stream-sessions --channel-arn "$local"
ivs '"streamSession"' get-stream-session --channel-arn "$local"
"$AWS" ivs tag-resource --resource-arn "$local" --tags show=quiz || fail "tag-resource is answered"
ivs '"show": "quiz"' list-tags-for-resource --resource-arn "$local"
"$AWS" ivs untag-resource --resource-arn "$local" --tag-keys show ||
    fail "untag-resource is answered"
ivs '"tags": {}' list-tags-for-resource --resource-arn "$local"
ivs ResourceNotFoundException get-channel --arn "${local}x"
ivs ValidationException put-metadata --channel-arn "$local" --metadata "$(printf '%01025d' 0)"

arn=$("$AWS" ivs create-channel --name mine --query channel.arn --output text)
ivs ChannelNotBroadcasting put-metadata --channel-arn "$arn" --metadata x
ivs ChannelNotBroadcasting get-stream --channel-arn "$arn"
ivs '"name": "yours"' update-channel --arn "$arn" --name yours
curl -fsS "$1/local/on_air" -d "{\"channelArn\":\"$arn\"}" >/dev/null
ivs ConflictException delete-channel --arn "$arn"
"$AWS" ivs stop-stream --channel-arn "$arn" >/dev/null || fail "stop-stream is answered"
"$AWS" ivs delete-channel --arn "$arn" || fail "delete-channel is answered"
ivs ResourceNotFoundException get-channel --arn "$arn"
ivs UnknownOperationException list-stream-keys --channel-arn "$local"
curl -fsS "$1/local/faults" -d "{\"channelArn\":\"$local\",\"throttled\":1}" >/dev/null
ivs ThrottlingException put-metadata --channel-arn "$local" --metadata x
echo "aws cli: all as expected"
