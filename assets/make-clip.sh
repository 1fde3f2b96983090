#!/bin/sh
# Makes the test picture of the local channel: `clip.h264` and `clip.aac`, eight seconds that are
# played for ever. A clock, a metronome that one sees and hears, and nothing else that moves.
#
# usage: assets/make-clip.sh          needs ffmpeg 5 or newer, and fonts-dejavu-core of Debian
#
# What the program rests on: 240 frames at 30 a second, no B frames, an access unit delimiter
# before each, an IDR with its parameter sets every 6; exactly 375 frames of AAC at 48 kHz.
set -eu
cd "$(dirname "$0")"

fonts=${FONTS:-/usr/share/fonts/truetype/dejavu}
sans=$fonts/DejaVuSans.ttf
bold=$fonts/DejaVuSans-Bold.ttf
mono=$fonts/DejaVuSansMono-Bold.ttf
stage=0x0f1216
line=0x2a3038
quiet=0x8b949e
bright=0xe6edf3
on_air=0x3fb950

# The weight swings from end to end in a second and is at one of them with each tick.
swing='x=320+248*cos(PI*t)-tw/2'
# The mark on the side where the weight turns shines for a moment.
right="lt(mod(t,2),0.15)"
left="between(mod(t,2),1,1.15)"

picture="drawbox=x=72:y=252:w=496:h=2:color=$line:t=fill
,drawbox=x=70:y=236:w=4:h=34:color=$line:t=fill
,drawbox=x=566:y=236:w=4:h=34:color=$line:t=fill
,drawbox=x=566:y=236:w=4:h=34:color=$on_air:t=fill:enable='$right'
,drawbox=x=70:y=236:w=4:h=34:color=$on_air:t=fill:enable='$left'
,drawtext=fontfile=$sans:text=●:fontsize=40:fontcolor=$on_air:$swing:y=253-th/2
,drawtext=fontfile=$mono:fontsize=88:fontcolor=$bright:x=172:y=118:text='%{eif\\:floor(t)\\:d\\:2}'
,drawtext=fontfile=$mono:fontsize=88:fontcolor=$line:x=288:y=151-th/2:text='\\:'
,drawtext=fontfile=$mono:fontsize=88:fontcolor=$quiet:x=352:y=118:text='%{eif\\:mod(n,30)\\:d\\:2}'
,drawtext=fontfile=$sans:text=●:fontsize=20:fontcolor=$on_air:x=36:y=45-th/2
,drawtext=fontfile=$bold:text='on air':fontsize=18:fontcolor=$bright:x=60:y=36
,drawtext=fontfile=$bold:text=Showrunner:fontsize=18:fontcolor=$bright:x=w-tw-36:y=36
,drawtext=fontfile=$sans:text='local channel · test picture':fontsize=16:fontcolor=$quiet:x=(w-tw)/2:y=306"
picture=$(printf '%s' "$picture" | tr -d '\n')

ffmpeg -hide_banner -loglevel error -nostdin -y \
    -f lavfi -i "color=c=$stage:size=640x360:rate=30,format=yuv420p,$picture" \
    -frames:v 240 -c:v libx264 -profile:v main -preset veryslow -tune animation -crf "${CRF:-27}" \
    -bf 0 -g 6 -keyint_min 6 -sc_threshold 0 -threads 1 \
    -x264-params aud=1:repeat-headers=1:open-gop=0 -bsf:v filter_units=remove_types=6 \
    -f h264 clip.h264

# The encoder's first frames know no past. Of three loops in a row the middle one is kept: it
# begins where it ends.
tick='0.6*exp(-60*mod(t,1))*sin(2*PI*if(lt(mod(t,2),1),880,660)*t)'
ffmpeg -hide_banner -loglevel error -nostdin -y \
    -f lavfi -i "aevalsrc='$tick':sample_rate=48000:duration=24" \
    -c:a aac -b:a 40k -ac 1 -bsf:a "noise=drop='lt(n,376)+gte(n,751)'" -f adts clip.aac

ls -l clip.h264 clip.aac
