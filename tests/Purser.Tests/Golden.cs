using System.Runtime.CompilerServices;

namespace Purser.Tests;

/// <summary>Compares with a file in the folder <c>Golden</c> beside the test. <c>PURSER_UPDATE_GOLDEN=1</c> writes the files anew, for a person to look at the difference.</summary>
internal static class Golden
{
    public static void Check(string name, string actual, [CallerFilePath] string test = "")
    {
        var file = Path.Combine(Path.GetDirectoryName(test)!, "Golden", name);
        if (Environment.GetEnvironmentVariable("PURSER_UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, actual);
        }

        Assert.True(File.Exists(file), $"No golden file {file}");
        Assert.Equal(File.ReadAllText(file), actual);
    }

    public static byte[] Bytes(string name, [CallerFilePath] string test = "") =>
        File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(test)!, "Golden", name));
}
