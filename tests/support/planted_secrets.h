#pragma once
// Ninety secrets, each in the kind of text in which a heap holds it. All are made up; the prefixes of well-known tokens
// are put together here, so that scanners of repositories see no token.

#include <string>
#include <vector>

namespace heapdiff::test {

struct PlantedSecret {
  std::string text;    ///< a name, key, event, URL or path
  std::string secret;  ///< the part that no output may hold
};

inline std::vector<PlantedSecret> planted_secrets() {
  std::vector<PlantedSecret> all;
  const auto add = [&](const std::string& before, const std::string& secret, const std::string& after = {}) {
    all.push_back({before + secret + after, secret});
  };
  const std::string jwt_head = std::string("ey") + "JhbGciOiJIUzI1NiJ9";
  add("auth:", jwt_head + ".eyJzdWIiOiI0MiJ9.c2lnbmF0dXJlLW9mLTQy", ":done");
  add("cache/", jwt_head + ".eyJlbWFpbCI6ImEifQ");
  add("Bearer ", "mF_9.B5f-4.1JqM");
  add("authorization: Basic ", "YWxhZGRpbjpvcGVu");
  add("aws:", std::string("AK") + "IAIOSFODNN7EXAMPLE");
  add("", std::string("AS") + "IAQWERTYUIOPASDFGH", "/upload");
  add("deploy ", std::string("gh") + "p_16C7e42F292c6912E7710c838347Ae178B4a");
  add("", std::string("github") + "_pat_11ABCDEFG0aBcDeFgHiJkL_mNoPqRsTuVwXyZ");
  add("ci:", std::string("gl") + "pat-aBcDeFgHiJkLmNoPqRsT");
  add("slack:", std::string("xo") + "xb-123456789012-abcdefABCDEF");
  add("https://hooks.slack.com/services/", "T00000000/B00000000/XXXXXXXXXXXX");
  add("stripe_", std::string("sk") + "_live_4eC39HqLyjWDarjtT1zdp7dc");
  add("pay:", std::string("rk") + "_test_4eC39HqLyjWDarjtT1zd");
  add("", std::string("whsec") + "_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  add("llm:", std::string("sk") + "-proj-abcdEFGH1234ijklMNOP5678");
  add("maps?k=", std::string("AI") + "zaSyDaGmWKa4JsXZ-HjGw7ISLn_3namBGewQe");
  add("oauth ", std::string("ya") + "29.a0AfH6SMBx_kJq3x1");
  add("", std::string("np") + "m_1234567890abcdefghijABCDEFGHIJ123456");
  add("", std::string("S") + "G.ngeVfQFYQlKU0ufo8x5d1A.TwL2iGABf9DHoTf09kqeF8tAmbihYzrnopKc1s5cr");
  add("bot:", std::string("123456789:") + "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw");
  add("", "-----BEGIN RSA PRIVATE KEY-----MIIEpAIBAAKCAQEA1-----END RSA PRIVATE KEY-----");
  add("password=", "hunter2");
  add("login password: ", "correct-horse");
  add("db:pwd=", "s3cr3t!", ";host=db");
  add("client_secret=", "plainword");
  add("{\"apiKey\":\"", "abcdef", "\"}");
  add("api-key:", "letmein");
  add("session=", "xyzzy", "; Path=/");
  add("sid:", "u8271x");
  add("token=", "quux");
  add("--password ", "opensesame");
  add("redis://", "app:hunter3", "@cache:6379");
  add("https://", "deploytoken", "@git.example/x.git");
  add("mongodb+srv://admin:", "p4ss", "@cluster/db");
  add("https://api.example/reset?code=", "tr0ub4dor");
  add("/search?q=", "divorce+lawyer", "&page=2");
  add("wss://x.example/s?ticket=", "abc", "#f");
  add("callback?state=a&access=", "granted99");
  add("user:", "alice@example.com");
  add("mail-", "bob.o'neil+news@mail.example.co.uk", "-sent");
  add("to:", "m\u00fcller@b\u00fccher.example");
  add("carol%40", "example.org");
  add("card:", "4111111111111111");
  add("pan ", "5500 0055 5555 5559");
  add("", "3782-822463-10005", "-amex");
  add("iban:", "DE89 3704 0044 0532 0130 00");
  add("iban:", "GB29NWBK60161331926819");
  add("ssn ", "078-05-1120");
  add("sms:", "+49 151 23456789");
  add("call ", "+14155552671");
  add("sess:", "3f2504e0-4f89-41d3-9a0c-0305e82c3301");
  add("md5/", "9e107d9d372bb6826bd81d3542a419d6");
  add("hash-", "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12");
  add("", "dGhpcyBpcyBhIHNlY3JldCB2YWx1ZQ==", "");
  add("k:", "aGVsbG8gd29ybGQgc2VjcmV0");
  add("id_", "k3j5h2k4m5n2p3q4");
  add("reset_", "Zx81Kp92Lm73Qw64");
  add("/home/", "dmitri", "/service/app.js");
  add("file:///Users/", "erika", "/src/a.ts:4");
  add("C:\\Users\\", "frank", "\\app\\x.js");
  // After a name, in configuration, headers, command lines and sentences.
  add("SECRET_KEY=", "opal-drumlin");
  add("JWT_SECRET_KEY=", "basilisk-wren");
  add("ENCRYPTION_KEY=", "marzipan-loom");
  add("MASTER_KEY: ", "quillwort-fen");
  add("DefaultEndpointsProtocol=https;AccountKey=", "harbinger-moss");
  add("private-token: ", "thistle-anvil");
  add("id_token:", "parsnip-gable");
  add("X-CSRF-Token: ", "walnut-ferry");
  add("session_id:", "copper-lantern");
  add("pw=", "gherkin-sled");
  add("Passwort=", "Blaubeerzweig");
  add("login with password ", "opensesame-two");
  add("the passphrase is ", "juniper-otter");
  add("curl -u ", "marvin:tealeaf-nine");
  add("mysql -u root -p", "Tiger!9-stripes");
  add("sshpass -p ", "velvet-crane", " ssh host");
  add("DB_PASSWORD=", "rhubarb-spire");
  add("https://x.example/cb#access_token=", "nettle-brook", "&type=a");
  add("Cookie: theme=", "dark-cobbler; sid=fennel-gate");
  add("Authorization: Token ", "saffron-yoke");
  add("Proxy-Authorization: Basic ", "bWFydmluOnRlYQ==");
  add("X-Api-Key: ", "lichen-bell");
  add("aws_secret_access_key = ", "plover-canyon");
  add("credentials: ", "mallow-chime");
  add("refresh_token=", "sorrel-hinge");
  add("otp=", "493021775");
  add("signing_key=", "clover-mast");
  add("webhook_key:", "tansy-bridge");
  add("Kennwort: ", "Haselnussrute");
  add("redis-cli -a ", "bramble-post");
  add("--password=", "gorse-kiln");
  add("RAILS secret_key_base: ", "yarrow-dune");
  add("{'csrf_token': '", "heron-plait", "'}");
  return all;
}

/// Data of people, which is masked only where a report is posted.
inline std::vector<PlantedSecret> planted_personal() {
  return {{"client 10.42.7.19", "10.42.7.19"},
          {"http://192.168.17.203:8080/x", "192.168.17.203"},
          {"peer fe80::1ff:fe23:4567:890a", "fe80::1ff:fe23:4567:890a"},
          {"2001:0db8:85a3:0000:0000:8a2e:0370:7334", "2001:0db8:85a3:0000:0000:8a2e:0370:7334"},
          {"tel: 030 1234567", "030 1234567"},
          {"call (415) 555-2671", "(415) 555-2671"},
          {"415-555-2672", "415-555-2672"},
          {"mobile=01512 3456789", "01512 3456789"},
          {"birthday: 1984-11-30", "1984-11-30"},
          {"geboren am 7.5.1979", "7.5.1979"},
          {"dob=12/31/1990", "12/31/1990"},
          {"born 3 May 1966", "3 May 1966"}};
}

}  // namespace heapdiff::test
