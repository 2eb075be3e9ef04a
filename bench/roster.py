#!/usr/bin/env python3
"""Writes a OneRoster package of a large district, and times its import.

    bench/roster.py FOLDER [--rows 100000] [--staff-percent 8] [--version 1.2]
    /usr/bin/time -v staffroom … roster import FOLDER/roster.zip

The people are made up by counting.
"""
import argparse
import csv
import io
import pathlib
import zipfile

USERS_1 = ("sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,"
           "givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,"
           "password").split(",")
USERS_2 = ("sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,"
           "middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,"
           "userMasterIdentifier,resourceSourcedIds,preferredGivenName,preferredMiddleName,"
           "preferredFamilyName,primaryOrgSourcedId,pronouns").split(",")
ROLES = ("sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,"
         "orgSourcedId,userProfileSourcedId").split(",")
ORGS = "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId".split(",")
SYLLABLES = "ba ce di fo gu ha ki lo mé nu pa ri so ty vö wa".split()


def name(number, length):
    """A made-up name; numbers that differ give names that differ."""
    parts = []
    for _ in range(length):
        number, index = divmod(number, len(SYLLABLES))
        parts.append(SYLLABLES[index])
    return "".join(parts).capitalize()


def table(header, rows):
    text = io.StringIO()
    writer = csv.DictWriter(text, header, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def people(options):
    staff = options.rows * options.staff_percent // 100
    for number in range(options.rows):
        role = "teacher" if number < staff else ("student", "student", "parent")[number % 3]
        mail = {"teacher": "cedar.example", "student": "student.cedar.example"}
        yield {
            "sourcedId": f"u{number:08}", "enabledUser": "true", "username": f"user{number}",
            "givenName": name(number, 4), "familyName": name(number // 7 + 11, 5),
            "identifier": str(100000 + number), "role": role,
            "email": f"u{number}@{mail.get(role, 'home.example')}",
            "grades": f"{number % 12 + 1:02}" if role == "student" else "",
            "orgSourcedIds": f"s{number % 40:03}", "primaryOrgSourcedId": f"s{number % 40:03}",
        }


def files(options):
    orgs = [{"sourcedId": "d", "name": "Cedar", "type": "district"}]
    orgs += [{"sourcedId": f"s{i:03}", "name": f"School {i}", "type": "school",
              "parentSourcedId": "d"} for i in range(40)]
    modes = {"orgs": "bulk", "users": "bulk"}
    everybody = list(people(options))
    only = lambda header: [{k: v for k, v in row.items() if k in header} for row in everybody]
    if options.version == "1.1":
        yield "users.csv", table(USERS_1, only(USERS_1))
    else:
        modes["roles"] = "bulk"
        yield "users.csv", table(USERS_2, only(USERS_2))
        yield "roles.csv", table(ROLES, [
            {"sourcedId": "r" + row["sourcedId"], "userSourcedId": row["sourcedId"],
             "roleType": "primary", "role": row["role"], "beginDate": "2026-08-01",
             "orgSourcedId": row["orgSourcedIds"]} for row in everybody])
    yield "orgs.csv", table(ORGS, orgs)
    manifest = [("manifest.version", "1.0"), ("oneroster.version", options.version)]
    manifest += [(f"file.{file}", mode) for file, mode in modes.items()]
    yield "manifest.csv", table(["propertyName", "value"],
                                [{"propertyName": n, "value": v} for n, v in manifest])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--staff-percent", type=int, default=8)
    parser.add_argument("--version", choices=["1.1", "1.2"], default="1.2")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    path = options.folder / "roster.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, text in files(options):
            archive.writestr(file, text)
    print(f"{path}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
