namespace Purser.Cli.Apply;

/// <summary>Where a secret is: in the environment or in a file beside the estate file. It never stands in the estate file itself, and is never shown.</summary>
internal static class EstateSecret
{
    /// <returns>Null where the file names none: the installation's own stays as it is.</returns>
    public static string? Read(EstateNode node, EstateProblems problems)
    {
        if (!node.IsThere)
        {
            return null;
        }

        if (!node.IsMapping)
        {
            node.Wrong($"{node.Path}: a secret does not stand in the file; write {{ environment: NAME }} or {{ file: PATH }}");
            return null;
        }

        node.Knows("environment", "file");
        var (variable, path) = (node.Part("environment").Text(), node.Part("file").Text());
        if (variable is null == path is null)
        {
            node.Wrong($"{node.Path} needs either environment or file");
            return null;
        }

        var secret = variable is not null ? Environment.GetEnvironmentVariable(variable) ?? "" : FileText(path!, node, problems);
        if (secret?.Length == 0)
        {
            node.Wrong($"{node.Path}: {(variable is not null ? $"the environment variable {variable} is not set" : $"{path} is empty")}");
        }

        return secret;
    }

    private static string? FileText(string path, EstateNode node, EstateProblems problems)
    {
        try
        {
            return File.ReadAllText(Path.Combine(problems.Folder, path)).TrimEnd('\r', '\n');
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            node.Wrong($"{node.Path}: {path} cannot be read: {fault.Message}");
            return null;
        }
    }
}
