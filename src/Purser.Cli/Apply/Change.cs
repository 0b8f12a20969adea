namespace Purser.Cli.Apply;

/// <summary>One difference between the file and the installation, and how to settle it.</summary>
/// <param name="Sign">'+' for something new, '~' for something that changes.</param>
/// <param name="Line">Of the file.</param>
internal sealed record Change(char Sign, string What, long Line, Func<CancellationToken, Task> SettleAsync)
{
    public override string ToString() => $"{Sign} {What}";
}
