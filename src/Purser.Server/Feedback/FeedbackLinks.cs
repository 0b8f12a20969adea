namespace Purser.Server.Feedback;

/// <summary>The two forms, which remember the page from which they are opened.</summary>
internal static class FeedbackLinks
{
    public static string Feedback(string page) => $"/feedback?from={Uri.EscapeDataString(page)}";

    public static string Support(string page) => $"/support?from={Uri.EscapeDataString(page)}";

    /// <summary>With what is asked for written down already.</summary>
    public static string Support(string page, string text) => $"{Support(page)}&text={Uri.EscapeDataString(text)}";
}
