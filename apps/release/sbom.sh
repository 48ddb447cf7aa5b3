#!/bin/sh
# Lists the components of the program as SPDX 2.3 JSON: sbom.sh VERSION PROGRAM
set -eu
here=$(cd "$(dirname "$0")" && pwd)
sum=$(sha256sum "$2" | cut -d' ' -f1)
created=$(date -u -d "@${SOURCE_DATE_EPOCH:?}" +%Y-%m-%dT%H:%M:%SZ)
cat <<END
{
  "spdxVersion": "SPDX-2.3",
  "dataLicense": "CC0-1.0",
  "SPDXID": "SPDXRef-DOCUMENT",
  "name": "heapdiff-$1",
  "documentNamespace": "urn:heapdiff:sbom:$1:$sum",
  "creationInfo": { "created": "$created", "creators": ["Tool: heapdiff-release-$1"] },
  "documentDescribes": ["SPDXRef-heapdiff"],
  "packages": [
    { "SPDXID": "SPDXRef-heapdiff", "name": "heapdiff", "versionInfo": "$1", "downloadLocation": "NOASSERTION",
      "filesAnalyzed": false, "licenseConcluded": "MIT", "licenseDeclared": "MIT", "copyrightText": "NOASSERTION",
      "checksums": [{ "algorithm": "SHA256", "checksumValue": "$sum" }] }
END
"$here/parts.sh" | while IFS="$(printf '\t')" read -r name version _ licence; do
  id=$(printf '%s' "$name" | tr -c 'A-Za-z0-9.-' '-')
  printf '    , { "SPDXID": "SPDXRef-%s", "name": "%s", "versionInfo": "%s", "downloadLocation": "NOASSERTION",\n' "$id" "$name" "$version"
  printf '      "filesAnalyzed": false, "licenseConcluded": "NOASSERTION", "licenseDeclared": "%s", "copyrightText": "NOASSERTION" }\n' "$licence"
done
printf '  ],\n  "relationships": [\n    { "spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-heapdiff" }\n'
"$here/parts.sh" | cut -f1 | while read -r name; do
  id=$(printf '%s' "$name" | tr -c 'A-Za-z0-9.-' '-')
  printf '    , { "spdxElementId": "SPDXRef-heapdiff", "relationshipType": "STATIC_LINK", "relatedSpdxElement": "SPDXRef-%s" }\n' "$id"
done
printf '  ]\n}\n'
