namespace Purser.Server.People;

/// <summary>A person in a line of text. Who never gave a name is called by her address: it is not said twice.</summary>
public static class PersonText
{
    public static string Of(string name, string email) => email.Length == 0 || IsNameless(name, email) ? name : $"{name} ({email})";

    public static bool IsNameless(string name, string email) => string.Equals(name, email, StringComparison.OrdinalIgnoreCase);
}
