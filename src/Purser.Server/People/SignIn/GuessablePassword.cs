namespace Purser.Server.People.SignIn;

/// <summary>
/// Passwords that are tried first (NIST SP 800-63B 5.1.1.2: common words, repetitions, sequences, the names of person and service): what is left when
/// these are taken away must still be some letters.
/// </summary>
public static class GuessablePassword
{
    private const int LeastLeft = 4;

    // The stems of the published lists of most used passwords, longest first so that "password" goes before "pass".
    private static readonly string[] CommonWords =
    [
        "administrator", "trustno1", "qwertyuiop", "1q2w3e4r5t", "asdfghjkl", "superman", "sunshine", "princess", "football", "baseball", "whatever",
        "password", "passw0rd", "p@ssw0rd", "p@ssword", "1qaz2wsx", "computer", "changeme", "iloveyou", "starwars", "licenses", "operator", "michael", "jennifer",
        "letmein", "welcome", "zxcvbnm", "license", "default", "network", "charlie", "freedom", "qwertz", "qwerty", "azerty", "monkey", "dragon", "master", "shadow",
        "secret", "purser", "abc123", "summer", "winter", "spring", "autumn", "access", "system", "admin", "login", "hello", "cisco", "guest", "super", "smart",
        "1q2w3e", "pass", "test", "root", "user", "love", "asdf", "wasd",
    ];

    public static bool Is(string password, string email, string vendor)
    {
        var left = CommonWords.Concat(Names(email, vendor)).Aggregate(password, (rest, word) => rest.Replace(word, "", StringComparison.OrdinalIgnoreCase));

        // Digits and signs hung on a word are what everybody does.
        return left.Where(char.IsLetter).Select(char.ToLowerInvariant).Distinct().Count() < LeastLeft;
    }

    private static IEnumerable<string> Names(string email, string vendor) =>
        email.Split('@', '.', '-', '_', '+').Concat(vendor.Split(' ')).Where(name => name.Length > 2).OrderByDescending(name => name.Length).Prepend(email);
}
