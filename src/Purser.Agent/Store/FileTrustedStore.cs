using Purser.Agent.State;

namespace Purser.Agent.Store;

/// <summary>One file, readable by its owner only, replaced as a whole: at any moment it holds the old state or the new one.</summary>
public sealed class FileTrustedStore(string path) : ITrustedStore
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string path = Path.GetFullPath(path);

    public bool Exists => File.Exists(path);

    public DeviceState? Load()
    {
        try
        {
            return StateText.Read(File.ReadAllBytes(path), path);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new TrustedStoreException($"{path} cannot be read: {problem.Message}", problem);
        }
    }

    public void Save(DeviceState state)
    {
        var fresh = path + ".new";
        try
        {
            File.Delete(fresh);
            using (var file = new FileStream(fresh, Options(FileMode.CreateNew)))
            {
                file.Write(StateText.Write(state));
                file.Flush(flushToDisk: true);
            }

            File.Move(fresh, path, overwrite: true);
            FolderSync.Flush(Path.GetDirectoryName(path)!);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new TrustedStoreException($"{path} cannot be written: {problem.Message}", problem);
        }
    }

    /// <summary>One process at a time: two that change one state would lose one another's messages. Null while another holds it.</summary>
    public IDisposable? TryLock()
    {
        try
        {
            return new FileStream(path + ".lock", Options(FileMode.OpenOrCreate));
        }
        catch (DirectoryNotFoundException problem)
        {
            throw new TrustedStoreException($"{path} cannot be written: {problem.Message}", problem);
        }
        catch (UnauthorizedAccessException problem)
        {
            throw new TrustedStoreException($"{path} cannot be written: {problem.Message}", problem);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static FileStreamOptions Options(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return options;
    }
}
