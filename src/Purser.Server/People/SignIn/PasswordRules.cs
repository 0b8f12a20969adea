using Purser.Server.Settings;

namespace Purser.Server.People.SignIn;

/// <summary>What a password must be: long. Rules about its characters make passwords worse, so there are none.</summary>
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

        if (password.Distinct().Count() < 4 || password.Contains(email, StringComparison.OrdinalIgnoreCase))
        {
            return "This password is too easy to guess: choose one that is neither one repeated character nor your e-mail address.";
        }

        return null;
    }
}
