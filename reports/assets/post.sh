#!/bin/sh
# Posts this folder to Jira Cloud (REST v3). It finds the open issue of this leak by its label, or creates one, uploads
# the report and the chart, and comments with links to them. No text that is in Jira already is changed.
#
#   JIRA_URL=https://example.atlassian.net JIRA_PROJECT=OPS JIRA_USER=me@example.com JIRA_TOKEN=... ./post.sh
#
# JIRA_TOKEN       an API token of JIRA_USER; without JIRA_USER it is sent as a bearer token. Without JIRA_TOKEN, curl
#                  takes user and token from ~/.netrc, or from the file that JIRA_NETRC names.
# JIRA_ISSUE_TYPE  the type of a new issue; Bug when not set.
#
# Prints the address of the issue. Needs curl and jq. Exit codes: 0 posted, or there is nothing to post; 1 Jira refused
# or did not answer; 2 a tool or a setting is missing; 4 posted, but a file could not be attached (the comment says
# which).
#
# One leak, one issue. Jira's search shows a new issue only after some seconds, so that it cannot tell two scripts of
# each other. A property of the project can: it is read as it was last written. Its name holds the leak's signature. It
# holds the key of the issue, or the claim of the script that is about to create it:
#   1. Read the property. If it names an open issue, that is the issue. If it holds a claim, wait for the issue.
#   2. Otherwise search, then write a claim of your own. Give it up if that took too long after 1.
#   3. Wait longer than step 2 may take, and read the property again. Whoever wrote last has the claim now.
#   4. Create the issue and write its key over the claim.
# A claim that is not followed by an issue within $stale seconds belongs to a script that ended, and may be replaced.
# An account that may not write properties of the project uses a property of its own. Two accounts do not see each
# other's, so that the script then waits for the search. When it shows an older issue, the new one is closed as its
# duplicate.
#
# All data is in the JSON files beside this script. The script is the same in each folder.
set -eu
umask 077

settle=${HEAPDIFF_SETTLE_SECONDS:-8} # a claim has to stand for so long; 5 or more
stale=${HEAPDIFF_STALE_SECONDS:-90}  # more than the search's delay, and than creating an issue takes

say() { printf 'post.sh: %s\n' "$*" >&2; }
fail() {
  code=$1
  shift
  say "$*"
  exit "$code"
}

# --- settings ---------------------------------------------------------------------------------------------------------

missing=
for tool in curl jq; do
  command -v "$tool" >/dev/null 2>&1 || missing="$missing $tool"
done
[ -z "$missing" ] || fail 2 "not installed:$missing (Debian, Ubuntu: apt-get install curl jq)"

netrc=${JIRA_NETRC:-}
case $netrc in
  '' | /*) ;;
  *) netrc=$PWD/$netrc ;;
esac
unset CDPATH
cd -- "$(dirname -- "$0")"
for file in kit.json issue.json comment.json; do
  [ -r "$file" ] || fail 2 "$file is missing: this folder is not whole"
done

url=${JIRA_URL:-}
project=${JIRA_PROJECT:-}
type=${JIRA_ISSUE_TYPE:-Bug}
user=${JIRA_USER:-}
token=${JIRA_TOKEN:-}
unset JIRA_TOKEN # no program that is started here needs it in its environment
url=${url%/}
case $url in
  '') fail 2 "JIRA_URL is not set: https://example.atlassian.net" ;;
  *@* | *\?* | *\#* | *\"* | *\\* | *[[:space:]]*) fail 2 "JIRA_URL is not like https://example.atlassian.net" ;;
  https://*) protocol='=https' ;;
  http://localhost | http://localhost[:/]* | http://127.0.0.1 | http://127.0.0.1[:/]*) protocol='=http' ;;
  *) fail 2 "JIRA_URL must begin with https://, so that nobody reads the token on its way" ;;
esac
case $project in
  '') fail 2 "JIRA_PROJECT is not set: the key of the project, such as OPS" ;;
  [!A-Z]* | *[!A-Z0-9_]*) fail 2 "JIRA_PROJECT is not a project's key, such as OPS" ;;
esac
case $user$token$netrc in
  *'
'*) fail 2 "JIRA_USER, JIRA_TOKEN and JIRA_NETRC have one line each" ;;
esac
[ -z "$user" ] || [ -n "$token" ] || fail 2 "JIRA_USER is set and JIRA_TOKEN is not"

[ "$(jq -r '.post' kit.json)" = true ] || {
  say "nothing to post: heapdiff found no leak"
  exit 0
}
signature=$(jq -r '.signature' kit.json)
kit=$(jq -r '.id' kit.json)
label=heapdiff-$signature
case $signature$kit in
  *[!0-9a-f]*) fail 2 "kit.json is damaged: its signature and id are not hexadecimal" ;;
esac
property=heapdiff.leak.$project.$signature

work=$(mktemp -d)
owner=no # yes: our claim is written, and no issue was made for it
trap 'leave' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
leave() {
  trap '' HUP INT TERM
  [ "$owner" = no ] || (release) || :
  rm -rf "$work"
}

# --- requests ---------------------------------------------------------------------------------------------------------

# The credentials as lines of curl's configuration. It reads them from standard input: a command line can be read by
# every user of the machine.
credentials() {
  if [ -n "$user" ]; then
    sed 's/[\\"]/\\&/g; s/.*/user = "&"/' <<END
$user:$token
END
  elif [ -n "$token" ]; then
    sed 's/[\\"]/\\&/g; s/.*/header = "Authorization: Bearer &"/' <<END
$token
END
  elif [ -n "$netrc" ]; then
    sed 's/[\\"]/\\&/g; s/.*/netrc-file = "&"/' <<END
$netrc
END
  else
    echo netrc
  fi
}

# send SECONDS ARGUMENTS...: one request. Leaves its status in $status, 000 without an answer, and the answer in
# $work/answer.
send() {
  seconds=$1
  shift
  : >"$work/answer"
  : >"$work/headers"
  status=$(credentials | curl --config - --silent --show-error --proto "$protocol" --no-location \
    --connect-timeout 10 --max-time "$seconds" --header 'Accept: application/json' --dump-header "$work/headers" \
    --output "$work/answer" --write-out '%{http_code}' "$@" 2>"$work/error") || status=000
}

# The seconds after which Jira wants to be asked again, or $1 where it does not say.
retry_after() {
  after=$(sed -n 's/^[Rr]etry-[Aa]fter:[[:space:]]*\([0-9]\{1,5\}\)[[:space:]]*$/\1/p' "$work/headers" | tail -n 1)
  echo "${after:-$1}"
}

# repeat HOW SECONDS ARGUMENTS...: as send, again while Jira is busy (429). HOW "always": also when it failed or did not
# answer. "busy" is for requests that must not be carried out twice.
repeat() {
  how=$1
  shift
  pause=1
  for attempt in 1 2 3 4 5 6; do
    send "$@"
    case $how:$status in
      *:429) ;;
      always:000 | always:5??) [ "$attempt" -lt 4 ] || return 0 ;;
      *) return 0 ;;
    esac
    pause=$((pause * 2))
    wait=$(retry_after "$pause")
    if [ "$attempt" -eq 6 ] || [ "$wait" -gt 300 ]; then
      return 0
    fi
    sleep "$wait"
  done
}

get() { repeat always 30 --request GET --url "$url$1"; }
put() { repeat always 30 --request PUT --header 'Content-Type: application/json' --data-binary "@$2" --url "$url$1"; }
post() { repeat "$1" 30 --request POST --header 'Content-Type: application/json' --data-binary "@$3" --url "$url$2"; }

# Why the last request failed, in words.
reason() {
  case $status in
    000) echo "no answer ($(head -n 1 "$work/error"))" ;;
    400) echo "400, Jira does not accept it$(messages)" ;;
    401) echo "401, the credentials were not accepted" ;;
    403) echo "403, the account may not do that$(messages)" ;;
    404) echo "404, not found, or not visible to the account" ;;
    413) echo "413, larger than this Jira allows" ;;
    429) echo "429, Jira takes no more requests for now" ;;
    *) echo "status $status$(messages)" ;;
  esac
}

# What Jira says about it, without control characters.
messages() {
  jq -r '[(.errorMessages // [])[], ((.errors // {}) | to_entries[] | "\(.key): \(.value)")] | map(tostring)
    | join("; ") | explode | map(select(. >= 32 and (. < 127 or . > 159))) | implode
    | if . == "" then . else ": " + .[0:400] end' "$work/answer" 2>/dev/null || :
}

refused() { fail 1 "$1: $(reason)"; }

# --- the register: which issue is this leak's -----------------------------------------------------------------------

place=project # where claims are written: a property of the project, or of the account

property_url() {
  case $1 in
    project) echo "/rest/api/3/project/$project/properties/$property" ;;
    account) echo "/rest/api/3/user/properties/$property?accountId=$account" ;;
  esac
}

# Sets $issue to the open issue that the register names, or $claim to the claim that it holds; both are empty when it
# has neither. Claims in $dead do not count.
read_register() {
  for at in project account; do
    issue=
    claim=
    get "$(property_url "$at")"
    case $status in
      200)
        issue=$(jq -r '.value.issue? // empty | strings' "$work/answer")
        claim=$(jq -r '.value.claim? // empty | strings' "$work/answer")
        ;;
      403 | 404) ;;
      *) refused "Reading the register of leaks" ;;
    esac
    if is_key "$issue" && is_open "$issue"; then
      return 0
    fi
    issue=
    case $claim in
      *[!0-9a-f]*) claim= ;; # not one of ours
    esac
    case " $dead " in
      *" $claim "*) claim= ;;
    esac
    [ -z "$claim" ] || return 0
  done
}

is_key() {
  case $1 in
    '' | *[!A-Z0-9_-]*) return 1 ;;
  esac
}

# take_claim: whether the claim is ours now. $started: when the register was read that had no claim of others.
take_claim() {
  send "$settle" --request PUT --header 'Content-Type: application/json' --data-binary "@$work/claim" \
    --url "$url$(property_url "$place")"
  case $place:$status in
    *:200 | *:201) ;;
    project:401 | project:403 | project:404)
      say "this account may not write properties of project $project (Administer Projects): it uses its own"
      place=account
      return 1
      ;;
    *:429)
      wait=$(retry_after 5)
      [ "$wait" -le 300 ] || refused "Writing the register of leaks"
      sleep "$wait"
      return 1
      ;;
    *:000 | *:5??) return 1 ;;
    *) refused "Writing the register of leaks" ;;
  esac
  [ $(($(date +%s) - started)) -lt $((settle - 2)) ] || return 1
  owner=yes
  sleep "$settle"
  if ! owns_claim; then
    owner=no
    return 1
  fi
}

owns_claim() {
  read_register
  [ -n "$mine" ] && [ "$claim" = "$mine" ]
}

enter_issue() {
  jq -n --arg issue "$1" '{issue: $issue}' >"$work/body"
  put "$(property_url "$place")" "$work/body"
  case $status in
    200 | 201) ;;
    *) say "the register of leaks was not written: $(reason)" ;;
  esac
}

release() {
  owner=no
  if owns_claim; then
    send 10 --request DELETE --url "$url$(property_url "$place")"
  fi
}

# --- issues -----------------------------------------------------------------------------------------------------------

# Whether issue $1 is there, open, and has this leak's label. Leaves it in $work/issue.
is_open() {
  get "/rest/api/3/issue/$1?fields=status,labels,attachment"
  case $status in
    200) ;;
    404) return 1 ;;
    *) refused "Reading $1" ;;
  esac
  cp "$work/answer" "$work/issue"
  jq -e --arg tag "$label" '.fields.status.statusCategory.key != "done" and any(.fields.labels[]?; . == $tag)' \
    "$work/issue" >/dev/null
}

# The keys that Jira's index has for the label, oldest first, to $work/found.
search() {
  jq -n --arg project "$project" --arg tag "$label" '{fields: ["status"], maxResults: 50, jql:
    "project = \"\($project)\" AND labels = \"\($tag)\" AND statusCategory != Done ORDER BY key ASC"}' >"$work/body"
  post always /rest/api/3/search/jql "$work/body"
  [ "$status" = 200 ] || refused "Searching for $label"
  jq -r '.issues[]?.key' "$work/answer" >"$work/found"
}

# Sets $issue to the oldest open issue that the index knows. The index may be late, so each is looked at.
find_issue() {
  search
  while read -r key; do
    if is_key "$key" && is_open "$key"; then
      issue=$key
      return 0
    fi
  done <"$work/found"
  return 1
}

# A document as paragraphs without marks, for a Jira that refuses the original.
plain='def plain: {version: 1, type: "doc", content: [.content[] | [.. | .text? // empty] | join("") | select(. != "")
  | {type: "paragraph", content: [{type: "text", text: .}]}]};'

# Creates the issue and sets $issue. A field that Jira's form does not have is left out. Returns 1 when the claim was
# lost while Jira was busy.
create_issue() {
  jq --arg project "$project" --arg type "$type" '.fields += {project: {key: $project}, issuetype: {name: $type}}' \
    issue.json >"$work/new"
  form=whole
  for attempt in 1 2 3 4 5 6; do
    owner=no # from here on an issue may be made
    send 30 --request POST --header 'Content-Type: application/json' --data-binary "@$work/new" \
      --url "$url/rest/api/3/issue"
    case $status in
      201)
        issue=$(jq -r '.key' "$work/answer")
        is_key "$issue" || fail 1 "Jira named no key for the new issue"
        say "created $issue"
        return 0
        ;;
      000 | 5??)
        say "Creating the issue: $(reason)"
        fail 1 "It may be there all the same. Run post.sh again in some minutes: it looks first."
        ;;
    esac
    owner=yes
    field=
    if [ "$status" = 400 ]; then
      field=$(jq -r '(.errors // {}) | if has("environment") then "environment" elif has("description") then
        "description" else empty end' "$work/answer" 2>/dev/null) || field=
    fi
    case $status:$field:$form in
      400:environment:*)
        say "this project has no environment field: the issue goes without"
        jq 'del(.fields.environment)' "$work/new" >"$work/body"
        mv "$work/body" "$work/new"
        ;;
      400:description:whole)
        say "Jira does not accept the description's form: it goes as plain text"
        form=plain
        jq "$plain .fields.description |= plain" "$work/new" >"$work/body"
        mv "$work/body" "$work/new"
        ;;
      429:*)
        wait=$(retry_after 5)
        if [ "$attempt" -eq 6 ] || [ "$wait" -gt 300 ]; then
          refused "Creating the issue"
        fi
        sleep "$wait"
        if ! owns_claim; then
          owner=no
          return 1
        fi
        ;;
      *) refused "Creating the issue" ;;
    esac
  done
  refused "Creating the issue"
}

# For claims in a property of the account: waits until the search shows our issue. If it shows an older one as well,
# ours is the duplicate: it says so and is closed, and the older one is the issue.
yield_to_older() {
  ours=$issue
  say "waiting until Jira's search shows $ours"
  deadline=$(($(date +%s) + stale))
  while search && ! grep -qx "$ours" "$work/found"; do
    [ "$(date +%s)" -lt "$deadline" ] || return 0
    sleep 2
  done
  find_issue || issue=$ours
  [ "$issue" != "$ours" ] || return 0
  say "$ours is a duplicate of $issue"
  jq -n --arg key "$issue" '{body: {version: 1, type: "doc", content: [{type: "paragraph", content: [{type: "text",
    text: "A duplicate of \($key): both were created at the same time, for the same leak."}]}]}}' >"$work/body"
  post busy "/rest/api/3/issue/$ours/comment" "$work/body"
  jq -n --arg ours "$ours" --arg key "$issue" '{type: {name: "Duplicate"}, outwardIssue: {key: $key},
    inwardIssue: {key: $ours}}' >"$work/body"
  post busy /rest/api/3/issueLink "$work/body"
  get "/rest/api/3/issue/$ours/transitions"
  jq '{transition: {id: ([.transitions[]? | select(.to.statusCategory.key == "done")][0].id)}}' "$work/answer" \
    >"$work/body" 2>/dev/null || echo '{}' >"$work/body"
  post busy "/rest/api/3/issue/$ours/transitions" "$work/body"
  [ "$status" = 204 ] || say "$ours could not be closed: $(reason)"
}

# Whether issue $1 has a comment with this folder's report.
is_posted() {
  get "/rest/api/3/issue/$1/comment?orderBy=-created&maxResults=100"
  [ "$status" = 200 ] || refused "Reading the comments of $1"
  jq -e --arg id "$kit" '[.comments[]?.body | .. | .text? // empty | strings] | any(contains($id))' "$work/answer" \
    >/dev/null
}

# attach FILE NAME TYPE: uploads a file, unless the issue has it, and adds a line about it to $work/files.
attach() {
  address=$(jq -r --arg name "$2" '[.fields.attachment[]? | select(.filename == $name)][0].content // empty' \
    "$work/issue")
  if [ -z "$address" ]; then
    repeat busy 300 --request POST --header 'X-Atlassian-Token: no-check' --form "file=@$1;filename=$2;type=$3" \
      --url "$url/rest/api/3/issue/$issue/attachments"
    if [ "$status" = 200 ]; then
      address=$(jq -r '.[0].content // empty' "$work/answer")
    fi
  fi
  case $address in
    https://* | "$url"/*) jq -n --arg name "$2" --arg address "$address" '{$name, $address}' >>"$work/files" ;;
    *)
      unattached=yes
      say "$2 was not attached: $(reason)"
      jq -n --arg name "$2" --arg reason "$(reason)" '{$name, $reason}' >>"$work/files"
      ;;
  esac
}

# --- the work ---------------------------------------------------------------------------------------------------------

get /rest/api/3/myself
[ "$status" = 200 ] || refused "Signing in to $url"
account=$(jq -r '.accountId // "" | @uri' "$work/answer")
get "/rest/api/3/project/$project"
[ "$status" = 200 ] || refused "Project $project"

mine=    # our claim
dead=    # claims that were followed by no issue
watched= # the claim that is waited for, and since when
since=0
waited=no
while :; do
  read_register
  [ -z "$issue" ] || break
  if [ -n "$claim" ]; then
    now=$(date +%s)
    if [ "$claim" != "$watched" ]; then
      watched=$claim
      since=$now
    fi
    if [ $((now - since)) -lt "$stale" ]; then
      [ "$waited" = yes ] || say "another post.sh is creating the issue; waiting for it"
      waited=yes
      sleep 1
      continue
    fi
    dead="$dead $claim"
  fi
  if find_issue; then
    break
  fi
  mine=$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')
  printf '{"claim":"%s"}' "$mine" >"$work/claim"
  started=$(date +%s)
  read_register
  [ -z "$issue$claim" ] || continue
  take_claim || continue
  if ! find_issue && ! { owns_claim && create_issue; }; then
    owner=no
    continue
  fi
  owner=no
  enter_issue "$issue"
  if [ "$place" = account ]; then
    yield_to_older
    enter_issue "$issue"
  fi
  break
done
is_open "$issue" || fail 1 "$issue was closed in the meantime. Run post.sh again."

if [ "$waited" = yes ]; then # perhaps for another post.sh of this same folder
  for _ in 1 2 3 4 5 6 7 8; do
    is_posted "$issue" && break
    sleep 2
  done
fi
if is_posted "$issue"; then
  say "$issue has this report already"
  printf '%s\n' "$url/browse/$issue"
  exit 0
fi

unattached=no
: >"$work/files"
jq -r '.attachments[] | "\(.file) \(.name) \(.type)"' kit.json >"$work/list"
while read -r file name kind; do
  attach "$file" "$name" "$kind"
done <"$work/list"

jq --slurpfile files "$work/files" '.body.content += [{type: "bulletList", content: [$files[] | {type: "listItem",
  content: [{type: "paragraph", content: [if .address
    then {type: "text", text: .name, marks: [{type: "link", attrs: {href: .address}}]}
    else {type: "text", text: "\(.name) could not be attached: \(.reason)", marks: [{type: "strong"}]} end]}]}]}]' \
  comment.json >"$work/comment"
post busy "/rest/api/3/issue/$issue/comment" "$work/comment"
if [ "$status" = 400 ]; then
  jq "$plain .body |= plain" "$work/comment" >"$work/body"
  post busy "/rest/api/3/issue/$issue/comment" "$work/body"
fi
[ "$status" = 201 ] || refused "Commenting on $issue (run post.sh again: the files are not uploaded twice)"

printf '%s\n' "$url/browse/$issue"
[ "$unattached" = no ] || exit 4
