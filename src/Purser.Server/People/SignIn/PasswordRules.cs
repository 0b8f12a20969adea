using Purser.Server.Settings;

namespace Purser.Server.People.SignIn;

/// <summary>What a password must be: long, and not among the first that are tried. Rules about its characters make passwords worse, so there are none.</summary>
public sealed class PasswordRules(PurserSettings settings)
{
    public const int MaximumLength = 256;

    public int MinimumLength => settings.Security.PasswordLength;

    /// <summary>What is wrong with it; null if nothing.</summary>
    public string? Problem(string? password, string email)
    {
        if (password is null || password.Length < MinimumLength)
        {
            return $"Choose a password of at least {MinimumLength} characters, for example four words.";
        }

        if (password.Length > MaximumLength)
        {
            return $"A password has at most {MaximumLength} characters.";
        }

        return GuessablePassword.Is(password, email, settings.Vendor.Name)
            ? "This password is too easy to guess: it is made of common words, digits in a row or your own name. Choose for example four words that do not belong together."
            : null;
    }
}
